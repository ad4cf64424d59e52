import { Command } from "commander";
import { Failure } from "../../runtime/failure";
import { repeated, wholeNumber } from "../../runtime/number-option";
import { runProgram } from "../../runtime/program";
import { print, printJson, visible } from "../../runtime/terminal";
import { connection, explainConnectionError } from "../migrate/connection";
import { type DeadLetter, deadLetters, replay } from "./dead-letters";

const program = new Command("dead-letters")
  .description("The jobs that no loyalty worker could finish. Where: DATABASE_URL, or see docs/migrations.md.")
  .exitOverride();

program
  .command("list", { isDefault: true })
  .description("show each with its id, its reason and its payload; changes nothing")
  .option("--json", "as JSON")
  .action(async ({ json }: { json?: true }) => {
    const letters = await deadLetters(await connection(process.env));
    if (json) printJson(letters);
    else if (letters.length === 0) print("no dead letters");
    else letters.map(line).forEach(print);
  });

program
  .command("replay")
  .description("put them back to the outbox, from which a worker queues them within a second")
  .argument("[id...]", "those with these ids, as list shows them", repeated(wholeNumber(1)))
  .option("--all", "every one")
  .action(async (ids: readonly number[] = [], { all }: { all?: true }) => {
    if ((ids.length === 0) !== (all === true)) throw new Failure("give either ids or --all");
    const replayed = await replay(await connection(process.env), all ? "all" : ids);
    print(`${replayed} replayed`);
  });

function line({ id, failedAt, attempts, jobId, reason, payload }: DeadLetter): string {
  const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  return `${id}  ${failedAt.toISOString()}  ${tries}  ${visible(jobId)}\n    ${visible(reason)}\n    ${visible(payload)}`;
}

await runProgram(() => program.parseAsync(), { explain: explainConnectionError });

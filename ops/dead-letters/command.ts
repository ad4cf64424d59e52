import { Command } from "commander";
import { type DeadLetter, deadLetters, replay } from "../../contracts/dead-letters";
import { withClient } from "../../dependencies/database/client";
import type { Queries } from "../../runtime/database";
import { Failure } from "../../runtime/failure";
import { repeated, wholeNumber } from "../../runtime/number-option";
import { runProgram } from "../../runtime/program";
import { print, printJson, visible } from "../../runtime/terminal";
import { connection, explainConnectionError } from "../migrate/connection";

/** Each statement on a connection of its own. */
async function database(): Promise<Queries> {
  const where = await connection(process.env);
  return {
    query: async (text, values = []) => (await withClient(where, (client) => client.query(text, [...values]))).rows,
  };
}

const program = new Command("dead-letters")
  .description("The jobs that no loyalty worker could finish. Where: DATABASE_URL, or see docs/migrations.md.")
  .exitOverride();

program
  .command("list", { isDefault: true })
  .description("show each with its id, its reason and its payload; changes nothing")
  .option("--json", "as JSON")
  .action(async ({ json }: { json?: true }) => {
    const letters = await deadLetters(await database());
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
    const replayed = await replay(await database(), all ? "all" : ids);
    print(`${replayed} replayed`);
  });

function line({ id, failedAt, attempts, jobId, reason, payload }: DeadLetter): string {
  const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  return `${id}  ${failedAt.toISOString()}  ${tries}  ${visible(jobId)}\n    ${visible(reason)}\n    ${visible(payload)}`;
}

await runProgram(() => program.parseAsync(), { explain: explainConnectionError });

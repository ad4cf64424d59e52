import { Command, InvalidArgumentError } from "commander";
import { connection, connectionFault } from "../migrate/connection";
import { type DeadLetter, deadLetters, replay } from "./dead-letters";

const print = (line: string) => process.stdout.write(`${line}\n`);

function letterId(value: string, previous: readonly number[] = []): number[] {
  const id = Number(value);
  if (!Number.isSafeInteger(id) || id < 1) throw new InvalidArgumentError(`An id is a whole number, got ${value}.`);
  return [...previous, id];
}

const program = new Command("dead-letters").description(
  "The jobs that no loyalty worker could finish. Where: DATABASE_URL, or see docs/migrations.md.",
);

program
  .command("list", { isDefault: true })
  .description("show each with its id, its reason and its payload; changes nothing")
  .option("--json", "as JSON")
  .action(async ({ json }: { json?: true }) => {
    const letters = await deadLetters(await connection(process.env));
    if (json) print(JSON.stringify(letters));
    else if (letters.length === 0) print("no dead letters");
    else letters.map(line).forEach(print);
  });

program
  .command("replay")
  .description("put them back to the outbox, from which a worker queues them within a second")
  .argument("[id...]", "those with these ids, as list shows them", letterId)
  .option("--all", "every one")
  .action(async (ids: readonly number[] | undefined, { all }: { all?: true }) => {
    if ((ids === undefined || ids.length === 0) !== (all === true)) throw new Error("give either ids or --all");
    const replayed = await replay(await connection(process.env), all ? "all" : (ids ?? []));
    print(replayed === 1 ? "1 replayed" : `${replayed} replayed`);
  });

function line({ id, failedAt, attempts, jobId, reason, payload }: DeadLetter): string {
  const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  return `${id}  ${failedAt.toISOString()}  ${tries}  ${jobId}\n    ${reason}\n    ${payload}`;
}

try {
  await program.parseAsync();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`dead-letters: ${connectionFault(error, process.env) ?? message}\n`);
  process.exitCode = 1;
}

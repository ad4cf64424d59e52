import { randomUUID } from "node:crypto";
import { payloadOf } from "../../contracts/loyalty";
import { createDatabase, type Database } from "../../runtime/database";
import { createLogger } from "../../runtime/logger";
import { type TestDatabase, testDatabase } from "../database";
import { runProgram } from "./run-program";

let databases: TestDatabase;
let database: Database;

beforeAll(async () => {
  databases = await testDatabase();
  const logger = createLogger({ service: "test", level: "silent" });
  database = createDatabase({ DATABASE_URL: databases.adminUrl, DATABASE_POOL_SIZE: 2 }, logger);
});
beforeEach(() => database.query("TRUNCATE loyalty.dead_letters, loyalty.outbox"));
afterAll(async () => {
  await database.close();
  await databases.drop();
});

const run = (...args: string[]) =>
  runProgram("ops/dead-letters/command.ts", args, { env: { DATABASE_URL: databases.adminUrl } });

async function letter(payload = payloadOf(randomUUID())): Promise<number> {
  await database.query(
    "INSERT INTO loyalty.dead_letters (job_id, payload, reason, attempts) VALUES ('job', $1, 'it would not', 6)",
    [payload],
  );
  const [row] = await database.query<{ id: number }>("SELECT max(id)::int AS id FROM loyalty.dead_letters");
  return row?.id ?? 0;
}
const outbox = () => database.query("SELECT job_id, payload FROM loyalty.outbox ORDER BY job_id");

test("list shows each dead letter's id, reason and payload, and changes nothing", async () => {
  const payload = payloadOf(randomUUID());
  const id = await letter(payload);
  const { stdout } = await run("list");
  expect(stdout).toMatch(new RegExp(`^${id}  \\S+  6 attempts  job\\n    it would not\\n    `));
  expect(stdout).toContain(payload);
  const { stdout: json } = await run("list", "--json");
  expect(JSON.parse(json)).toEqual([expect.objectContaining({ id, payload, reason: "it would not", attempts: 6 })]);
});

test("list shows no character that a terminal obeys, and one line for each part of a letter", async () => {
  const foreign = "\u001b]0;owned\u0007\u009b2J\n7  2026-01-01";
  const id = await letter(JSON.stringify(foreign));
  await database.query("UPDATE loyalty.dead_letters SET job_id = $2, reason = $2, payload = $2 WHERE id = $1", [
    id,
    foreign,
  ]);
  const { stdout } = await run("list");
  expect(stdout.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  expect(stdout.trimEnd().split("\n")).toHaveLength(3);
  const { stdout: json } = await run("list", "--json");
  expect(json.trimEnd()).not.toMatch(/\p{Cc}/u);
  expect(JSON.parse(json)).toEqual([expect.objectContaining({ jobId: foreign, reason: foreign })]);
});

test("replay moves those named to the outbox, each under its transaction's id, and leaves the others", async () => {
  const transaction = randomUUID();
  const [payload, other] = [payloadOf(transaction), payloadOf(randomUUID())];
  const [id] = [await letter(payload), await letter(other)];
  expect(await run("replay", String(id))).toMatchObject({ exitCode: 0, stdout: "1 replayed\n" });
  expect(await outbox()).toEqual([{ job_id: transaction, payload }]);
  expect((await run("list")).stdout).toContain(other);
});

test("replay --all moves every one", async () => {
  await Promise.all([letter(), letter()]);
  expect((await run("replay", "--all")).stdout).toBe("2 replayed\n");
  expect((await run("list")).stdout).toBe("no dead letters\n");
});

test("replay moves nothing when one of those named is unknown", async () => {
  const id = await letter();
  const { exitCode, stderr } = await run("replay", String(id), "999999");
  expect([exitCode, stderr]).toEqual([1, "there is no dead letter 999999: list shows those that there are\n"]);
  expect(await outbox()).toEqual([]);
});

test.each([`"${"x".repeat(4095)}`, "null", `{"version":1,"transaction_id":"7"}`])(
  "replay refuses a payload that names no transaction: %.40s",
  async (payload) => {
    const id = await letter(payload);
    const { exitCode, stderr } = await run("replay", String(id));
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("names no transaction")]);
    expect(await outbox()).toEqual([]);
  },
);

test.each([[["replay"]], [["replay", "--all", "1"]], [["replay", "x"]], [["nothing"]]])(
  "%j is refused in one line",
  async (args) => {
    const { exitCode, stderr } = await run(...args);
    expect(exitCode).toBe(1);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  },
);

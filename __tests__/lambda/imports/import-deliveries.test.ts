import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { Client } from "pg";
import { checked } from "../../../dependencies/database/migrate/migration";
import { startPostgres } from "../../../dependencies/database/postgres";
import { prepareDatabase } from "../../../dependencies/database/prepare-database";
import {
  type ImportLimits,
  importLimitVariables,
  NoProgressError,
  TimeIsUpError,
} from "../../../lambda/imports/import-limits";
import {
  goesOn,
  type ImportDependencies,
  type ImportResult,
  importObject,
} from "../../../lambda/imports/import-object";
import { batchSize, importsRepository, OvertakenError } from "../../../lambda/imports/imports-repository";
import { createDatabase, type Database } from "../../../runtime/database";
import * as z from "../../../runtime/schema";
import { type TestDatabase, testDatabase, testServer } from "../../database";
import { silent } from "../preferences/service";
import { bucket, clientOf, type ImportObjects, importObjects, line } from "./import-objects";

const batch = 500;
const limits: ImportLimits = z.object(importLimitVariables).parse({});

const folder = mkdtempSync(join(tmpdir(), "import-program-"));
/** The program of deliverInProcess(), with its packages as a function has them: two dozen processes start from it. */
const program = join(folder, "program.mjs");
let objects: ImportObjects;
let databases: TestDatabase;
let database: Database;
beforeAll(async () => {
  await build({
    entryPoints: ["__tests__/lambda/imports/import-program.ts"],
    outfile: program,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    mainFields: ["module", "main"],
    external: ["pg-native"],
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
    logLevel: "error",
  });
  objects = await importObjects();
});
afterAll(async () => {
  await objects.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  databases = await testDatabase();
  database = createDatabase({ DATABASE_URL: databases.preferencesUrl, DATABASE_POOL_SIZE: 5 }, silent);
});
afterEach(async () => {
  await database.close();
  await databases.drop();
});

const dependencies = (): ImportDependencies => ({ database, s3: objects.s3, logger: silent, limits, batch });

/** Enough lines for several batches of both kinds: an address that comes in all of them, and a bad line now and then. */
const content = Array.from({ length: 3100 }, (_, index) => {
  if (index % 100 === 0) return line("often@example.com", ["sms", index % 200 === 0]);
  if (index % 100 === 50) return '{"email":"refused@example.com","admin":true}';
  return line(`person.number-${index}@mail-${index}.example.com`, ["email", index % 2 === 0], ["sms", index % 3 === 0]);
});
const refused = content.flatMap((text, index) => (text.includes("admin") ? [index + 1] : []));
const result = { imported: true, lines: content.length, rejected: refused.length };

/** What the lines come to, without any of the code under test: the choices of each address, in their order. */
function expected(): Map<string, object[]> {
  const people = new Map<string, object[]>();
  for (const text of content) {
    const { email, consents, admin } = JSON.parse(text);
    if (admin) continue;
    const choices = Object.fromEntries(
      consents.map(({ id, enabled }: { id: string; enabled: boolean }) => [id, enabled]),
    );
    people.set(email, [...(people.get(email) ?? []), choices]);
  }
  return people;
}

async function expectEveryLineOnce(name: string, from: Database = database): Promise<void> {
  const users = await from.query<{ email: string; consents: object; event_count: number; events: object[] }>(
    `SELECT email, u.consents, event_count, json_agg(e.consents ORDER BY sequence) AS events
     FROM preferences.users u JOIN preferences.events e ON user_id = id GROUP BY id`,
  );
  const people = new Map(users.map(({ email, events }) => [email, events]));
  expect(people).toEqual(expected());
  for (const { consents, event_count, events } of users) {
    expect(event_count).toBe(events.length);
    expect(consents).toEqual(Object.assign({}, ...events));
  }
  expect(await objects.rejectedOf(name)).toMatchObject(refused.map((number) => ({ line: number })));
  const [left] = await from.query(
    `SELECT (SELECT count(*) FROM preferences.import_lines) AS lines, (SELECT count(*) FROM preferences.import_staging) AS staging,
            (SELECT count(*) FROM preferences.import_refusals) AS refusals,
            (SELECT count(*) FROM preferences.imports WHERE finished_at IS NULL) AS unfinished`,
  );
  expect(left).toEqual({ lines: "0", staging: "0", refusals: "0", unfinished: "0" });
  const [record] = await from.query("SELECT lines, rejected, merged_line FROM preferences.imports");
  expect(record).toEqual({ lines: "3100", rejected: "31", merged_line: "3100" });
}

/** A delivery in a process of its own; returns the signal that ended it. */
async function deliverInProcess(key: string, env: Readonly<Record<string, string>>): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databases.preferencesUrl,
      S3_URL: objects.server.url,
      KEY: key,
      BATCH: String(batch),
      ...env,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code, signal]: [number | null, NodeJS.Signals | null] = await once(child, "close").then(([c, s]) => [c, s]);
  if (code !== 0 && signal === null) throw new Error(`the delivery ended with ${code}: ${said}`);
  return signal;
}

/** Delivers again until nothing is left to go on with, as a queue does. */
async function deliver(
  key: string,
  own: Partial<ImportDependencies> = {},
): Promise<{ result: ImportResult; deliveries: number }> {
  for (let deliveries = 1; ; deliveries += 1) {
    try {
      return { result: await importObject({ ...dependencies(), ...own }, { bucket, key }), deliveries };
    } catch (error) {
      if (!goesOn(error)) throw error;
    }
  }
}

describe("a delivery that is killed is gone on with by the next, and each line counts once", () => {
  test.each([
    ["before anything is staged", "INSERT INTO preferences.import_staging", 1],
    ["in a staged batch, its lines copied and not committed", "INSERT INTO preferences.import_refusals", 2],
    ["between two staged batches", "UPDATE preferences.import_staging\\s+SET state = \\$4", 3],
    ["staged, before the first merge", "import_staging SET touched_at", 1],
    ["in a merged batch, which is not committed", "DELETE FROM preferences.import_lines", 2],
    ["between two merged batches", "import_staging SET touched_at", 3],
    ["behind the last commit of a batch, before the report", "SELECT line, reason", 1],
    ["behind the report, before the import is finished", "imports SET lines", 1],
    ["finished, which is not committed", "DELETE FROM preferences.import_staging", 1],
  ])("%s", async (where, statement, occurrence) => {
    const name = where.replaceAll(/\W+/g, "-");
    const key = `imports/${name}`;
    await objects.put(key, gzipSync(content.join("\n")));
    const killed = await deliverInProcess(key, { DIE_BEFORE: statement, OCCURRENCE: String(occurrence) });
    expect(killed).toBe("SIGKILL");
    expect((await deliver(key)).result).toEqual(result);
    await expectEveryLineOnce(name);
    expect((await deliver(key)).result).toMatchObject({ imported: false });
    await expectEveryLineOnce(name);
  });

  test("again and again, until it is finished", async () => {
    await objects.put("imports/often-killed", content.join("\n"));
    let deaths = 0;
    while ((await deliverInProcess("imports/often-killed", { DIE_BEFORE: ".", OCCURRENCE: "14" })) === "SIGKILL")
      deaths += 1;
    expect(deaths).toBeGreaterThan(3);
    await expectEveryLineOnce("often-killed");
  });
});

describe("a delivery whose time is over stops by itself", () => {
  test("and the next goes on: an object needs as many as it needs, none of them in vain", async () => {
    await objects.put("imports/short-time", content.join("\n"));
    let deliveries = 0;
    for (;;) {
      deliveries += 1;
      // Its time is over behind one batch.
      let left = 6000;
      const slow: Database = {
        ...database,
        transaction: (work) =>
          database.transaction(work).finally(() => {
            left = 5999;
          }),
      };
      const own = { ...dependencies(), database: slow, timeLeft: () => left };
      const [end] = await Promise.allSettled([importObject(own, { bucket, key: "imports/short-time" })]);
      if (end?.status === "fulfilled") {
        expect(end.value).toEqual(result);
        break;
      }
      expect(end?.reason).toBeInstanceOf(TimeIsUpError);
      expect(deliveries).toBeLessThan(20);
    }
    // Seven batches to merge.
    expect(deliveries).toBeGreaterThan(7);
    await expectEveryLineOnce("short-time");
  });

  test("while the time of its function is long enough, it does not", async () => {
    await objects.put("imports/long-time", content.join("\n"));
    const { deliveries } = await deliver("imports/long-time", { timeLeft: () => 6000 });
    expect(deliveries).toBe(1);
  });

  test("while it reads what was staged before, and has failed then: the next one would get no further", async () => {
    await objects.put("imports/skipping", content.join("\n"));
    const { s3 } = objects;
    await deliverInProcess("imports/skipping", { DIE_BEFORE: "import_staging SET touched_at" });
    await database.query("UPDATE preferences.import_staging SET state = 'reading'");
    const delivery = importObject({ ...dependencies(), s3, timeLeft: () => 0 }, { bucket, key: "imports/skipping" });
    await expect(delivery).rejects.toThrow(NoProgressError);
    // It did not read to the end.
    const states = await database.query("SELECT state FROM preferences.import_staging");
    expect(states).toEqual([{ state: "reading" }]);
    expect((await deliver("imports/skipping")).result).toEqual(result);
    await expectEveryLineOnce("skipping");
  });
});

test("of two deliveries at once each line counts once, and the one that gives way comes again", async () => {
  await objects.put("imports/twice", content.join("\n"));
  const both = await Promise.allSettled([
    importObject(dependencies(), { bucket, key: "imports/twice" }),
    importObject(dependencies(), { bucket, key: "imports/twice" }),
  ]);
  for (const ended of both) if (ended.status === "rejected") expect(ended.reason).toBeInstanceOf(OvertakenError);
  expect(both.some(({ status }) => status === "fulfilled")).toBe(true);
  expect((await deliver("imports/twice")).result).toMatchObject({ imported: false });
  await expectEveryLineOnce("twice");
});

test("of two deliveries at once that both merge, each batch is merged by one", async () => {
  await objects.put("imports/merged-twice", content.join("\n"));
  await deliverInProcess("imports/merged-twice", { DIE_BEFORE: "import_staging SET touched_at" });
  // Both have read that nothing is merged when the first of them begins.
  let begun = 0;
  let committed = 0;
  let begin: (() => void) | undefined;
  const both = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const waiting: Database = {
    ...database,
    transaction: async (work) => {
      begun += 1;
      if (begun === 2) begin?.();
      await both;
      const answer = await database.transaction(work);
      committed += 1;
      return answer;
    },
  };
  const delivery = () =>
    importObject({ ...dependencies(), database: waiting }, { bucket, key: "imports/merged-twice" });
  const ended = await Promise.allSettled([delivery(), delivery()]);
  expect(ended).toContainEqual({ status: "rejected", reason: expect.any(OvertakenError) });
  expect(ended).toContainEqual({ status: "fulfilled", value: result });
  // Seven batches, and the end.
  expect(committed).toBe(8);
  await expectEveryLineOnce("merged-twice");
});

test("a delivery that waits too long for another one's batch gives way", async () => {
  await objects.put("imports/waits", content.join("\n"));
  await deliverInProcess("imports/waits", { DIE_BEFORE: "import_staging SET touched_at" });
  const other = new Client({ connectionString: databases.adminUrl });
  await other.connect();
  try {
    await other.query("BEGIN");
    await other.query("UPDATE preferences.import_staging SET touched_at = now()");
    await other.query("UPDATE preferences.imports SET merged_line = 1");
    await expect(importObject(dependencies(), { bucket, key: "imports/waits" })).rejects.toThrow(OvertakenError);
  } finally {
    await other.end();
  }
  expect((await deliver("imports/waits")).result).toEqual(result);
});

test("each batch commits: nobody waits for an import longer than for one batch of it", async () => {
  await objects.put("imports/commits", content.join("\n"));
  const seen: number[] = [];
  const observed: Database = {
    ...database,
    transaction: async (work) => {
      const answer = await database.transaction(work);
      const [row] = await database.query<{ users: string; locks: string }>(
        `SELECT (SELECT count(*) FROM preferences.users) AS users,
                (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%') AS locks`,
      );
      expect(row?.locks).toBe("0");
      seen.push(Number(row?.users));
      return answer;
    },
  };
  await deliver("imports/commits", { database: observed });
  const merged = seen.filter((users) => users > 0);
  expect(new Set(merged).size).toBe(7);
  merged.forEach((users, index) => {
    expect(users - (merged[index - 1] ?? 0)).toBeLessThanOrEqual(batch);
  });
});

test("two imports of the same people, in opposite orders, do not wait for each other", async () => {
  const people = Array.from({ length: 2000 }, (_, index) => line(`both-${index}@example.com`, ["sms", true]));
  await objects.put("imports/forwards", people.join("\n"));
  await objects.put("imports/backwards", people.toReversed().join("\n"));
  const ends = await Promise.all(
    ["forwards", "backwards"].map((name) =>
      importObject({ ...dependencies(), batch: 2000 }, { bucket, key: `imports/${name}` }),
    ),
  );
  expect(ends).toMatchObject([{ imported: true }, { imported: true }]);
  const counts = await database.query("SELECT event_count, count(*) FROM preferences.users GROUP BY 1");
  expect(counts).toEqual([{ event_count: 2, count: "2000" }]);
});

describe("what is staged", () => {
  test("of a stream that breaks is not staged again, and nothing of it is merged", async () => {
    await objects.put("imports/breaks", content.join("\n"));
    const breaking = clientOf(objects.server.url);
    breaking.middlewareStack.add(
      (next) => async (request) => {
        const answer = await next(request);
        if (!("Body" in answer.output && answer.output.Body instanceof Readable)) return answer;
        const whole = answer.output.Body;
        const Body = Readable.from(
          (async function* () {
            let sent = 0;
            for await (const chunk of whole) {
              yield chunk;
              sent += chunk.length;
              if (sent > 150_000) throw new Error("the connection broke");
            }
          })(),
        );
        return { ...answer, output: { ...answer.output, Body } };
      },
      { step: "initialize" },
    );
    const delivery = importObject({ ...dependencies(), s3: breaking }, { bucket, key: "imports/breaks" });
    await expect(delivery).rejects.toThrow("the connection broke");
    breaking.destroy();
    expect(await database.query("SELECT FROM preferences.users")).toHaveLength(0);
    const before = (await database.query("SELECT line FROM preferences.import_lines")).length;
    expect(before).toBeGreaterThan(batch);
    const statements: string[] = [];
    await deliver("imports/breaks", {
      database: {
        ...database,
        transaction: (work) =>
          database.transaction((queries, client) =>
            work(
              {
                query: (text, values) => {
                  if (/import_staging\s+SET state/.test(text)) statements.push(String(values?.[1]));
                  return queries.query(text, values);
                },
              },
              client,
            ),
          ),
      },
    });
    // Its first batch goes on behind the lines that are staged.
    expect(Number(statements[0])).toBeGreaterThanOrEqual(before);
    await expectEveryLineOnce("breaks");
  });

  test("counts no more when the object does not begin with the same bytes", async () => {
    await objects.put("imports/other", content.join("\n"));
    await deliverInProcess("imports/other", { DIE_BEFORE: "import_staging\\s+SET state", OCCURRENCE: "3" });
    await database.query("UPDATE preferences.import_staging SET digest = sha256('other')");
    await expect(deliver("imports/other")).rejects.toThrow("does not begin with the bytes that are staged of it");
    expect(await database.query("SELECT FROM preferences.import_lines")).toHaveLength(0);
    expect((await deliver("imports/other")).result).toEqual(result);
    await expectEveryLineOnce("other");
  });

  test("is cleared away when nobody came back for a day, and stays for one who comes earlier", async () => {
    for (const name of ["abandoned", "waiting"]) {
      await objects.put(`imports/${name}`, content.join("\n"));
      await deliverInProcess(`imports/${name}`, { DIE_BEFORE: "import_staging SET touched_at" });
    }
    await database.query(
      `UPDATE preferences.import_staging SET touched_at = now() - interval '25 hours'
       WHERE import_id = (SELECT id FROM preferences.imports WHERE key = 'imports/abandoned')`,
    );
    await objects.put("imports/another", "\n");
    await deliver("imports/another");
    const left = await database.query(
      `SELECT key, count(*) FROM preferences.import_lines JOIN preferences.imports ON id = import_id GROUP BY key`,
    );
    expect(left).toEqual([{ key: "imports/waiting", count: String(content.length - refused.length) }]);
    expect(await database.query("SELECT FROM preferences.import_refusals")).toHaveLength(refused.length);
    // And the abandoned one can still be imported.
    expect((await deliver("imports/abandoned")).result).toEqual(result);
  });
});

test("a discarded import is cleared away while the planner knows only of another one's lines", async () => {
  const linesOf = (importId: string, count: number) =>
    database.query(
      `INSERT INTO preferences.import_lines SELECT $1, line, 'someone@example.com', '{}' FROM generate_series(1, $2) line`,
      [importId, count],
    );
  await linesOf("0", 45_000);
  const admin = new Client({ connectionString: databases.adminUrl });
  await admin.connect();
  await admin.query("ANALYZE preferences.import_lines");
  await admin.end();
  const imports = importsRepository(database);
  const { id } = await imports.open({ bucket, key: "imports/unheard", version: "1" });
  await imports.staged(id);
  await linesOf(id, 2 * batchSize - 1);
  await imports.discard(id);
  // Each within the role's statement_timeout.
  expect([await imports.clear(id), await imports.clear(id)]).toEqual([true, false]);
  const left = await database.query("SELECT DISTINCT import_id FROM preferences.import_lines");
  expect(left).toEqual([{ import_id: "0" }]);
});

test("a delivery that outlives the loss of what it staged merges nothing more, and comes again", async () => {
  await objects.put("imports/lost", content.join("\n"));
  let merged = 0;
  const losing: Database = {
    ...database,
    transaction: async (work) => {
      const answer = await database.transaction(work);
      const [row] = await database.query<{ line: string }>("SELECT merged_line AS line FROM preferences.imports");
      merged = Number(row?.line);
      // As a crash would, between two batches.
      if (merged === 2 * batch) {
        await database.query("DELETE FROM preferences.import_lines");
        await database.query("DELETE FROM preferences.import_staging");
        await database.query("DELETE FROM preferences.import_refusals");
      }
      return answer;
    },
  };
  const delivery = importObject({ ...dependencies(), database: losing }, { bucket, key: "imports/lost" });
  await expect(delivery).rejects.toThrow(OvertakenError);
  expect(merged).toBe(2 * batch);
  expect((await deliver("imports/lost")).result).toEqual(result);
  await expectEveryLineOnce("lost");
});

test.each([
  ["while it is staged", "import_staging\\s+SET state", 3],
  ["while it is merged", "import_staging SET touched_at", 4],
])("an import survives a crash of the database, which empties what is staged: %s", async (_, statement, occurrence) => {
  const server = await testServer();
  const url = server.url("platform", "preferences_app");
  try {
    await prepareDatabase(server.url("platform"), { load: async (path) => checked(path, await import(path)) });
    await objects.put("imports/crash", content.join("\n"));
    await deliverInProcess("imports/crash", {
      DATABASE_URL: url,
      DIE_BEFORE: statement,
      OCCURRENCE: String(occurrence),
    });
    const staged = "SELECT count(*)::int AS lines FROM preferences.import_lines";
    const lines = async () => {
      const client = new Client({ connectionString: server.url("platform") });
      await client.connect();
      return client
        .query(staged)
        .then(({ rows }) => rows[0].lines)
        .finally(() => client.end());
    };
    expect(await lines()).toBeGreaterThan(0);
    await server.kill();
    const again = await startPostgres({ folder: server.folder, port: server.port, durable: false });
    const own = createDatabase({ DATABASE_URL: url, DATABASE_POOL_SIZE: 1 }, silent);
    try {
      expect(await lines()).toBe(0);
      expect((await deliver("imports/crash", { database: own })).result).toEqual(result);
      await expectEveryLineOnce("crash", own);
    } finally {
      await own.close();
      await again.stop();
    }
  } finally {
    await server.remove();
  }
});

describe("the release before this one, on the same schema", () => {
  const insert = `INSERT INTO preferences.imports (bucket, key, version) VALUES ('imports', $1, '1')
                  ON CONFLICT (bucket, key, version) DO NOTHING RETURNING id`;

  test("puts an import on record that counts as finished", async () => {
    expect(await database.query(insert, ["imports/old"])).toHaveLength(1);
    const [row] = await database.query("SELECT finished_at IS NOT NULL AS finished FROM preferences.imports");
    expect(row).toEqual({ finished: true });
    expect(await database.query(insert, ["imports/old"])).toHaveLength(0);
  });

  test("does not take an import under way for a finished one", async () => {
    await database.query(
      "INSERT INTO preferences.imports (bucket, key, version, finished_at) VALUES ('imports', 'imports/new', '1', NULL)",
    );
    await expect(database.query(insert, ["imports/new"])).rejects.toMatchObject({ status: 503 });
    await database.query("UPDATE preferences.imports SET finished_at = now()");
    expect(await database.query(insert, ["imports/new"])).toHaveLength(0);
  });
});

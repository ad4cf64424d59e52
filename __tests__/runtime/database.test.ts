import { readdirSync, readFileSync } from "node:fs";
import pg from "pg";
import { startPostgres } from "../../dependencies/database/postgres";
import { createDatabase } from "../../runtime/database";
import { createLogger } from "../../runtime/logger";
import { type TestDatabase, testDatabase, testServer } from "../database";
import { TcpProxy } from "../tcp-proxy";
import { until } from "../until";

const silent = createLogger({ service: "test", level: "silent" });

describe("a pool", () => {
  let databases: TestDatabase;
  beforeAll(async () => {
    databases = await testDatabase();
  });
  afterAll(() => databases.drop());

  test("that is exhausted answers 503 with Retry-After in bounded time, and works again afterwards", async () => {
    const environment = { DATABASE_URL: databases.preferencesUrl, DATABASE_POOL_SIZE: 1 };
    const database = createDatabase(environment, silent, { connectionTimeout: 500 });
    let release: () => void = () => undefined;
    let held: Promise<void> | undefined;
    await new Promise<void>((begun, failed) => {
      held = database.transaction(() => {
        begun();
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      });
      held.catch(failed);
    });
    const refused = { status: 503, headers: { "Retry-After": "1" } };
    await expect(database.query("SELECT 1")).rejects.toMatchObject(refused);
    await expect(database.transaction(async () => 1)).rejects.toMatchObject(refused);
    release();
    await held;
    expect(await database.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await database.close();
  });

  test("rolls a failed transaction back and keeps its connection", async () => {
    const database = createDatabase({ DATABASE_URL: databases.adminUrl, DATABASE_POOL_SIZE: 1 }, silent);
    await database.query("CREATE TABLE public.notes (text text)");
    const fail = database.transaction(async ({ query }) => {
      await query("INSERT INTO public.notes VALUES ('lost')");
      throw new Error("no");
    });
    await expect(fail).rejects.toThrow("no");
    expect(await database.query("SELECT * FROM public.notes")).toEqual([]);
    await database.close();
  });

  test("outlives an idle connection that the server ends", async () => {
    const lines: string[] = [];
    const logger = createLogger({ service: "test", destination: { write: (line: string) => lines.push(line) } });
    const database = createDatabase({ DATABASE_URL: databases.adminUrl, DATABASE_POOL_SIZE: 1 }, logger);
    const admin = createDatabase({ DATABASE_URL: databases.adminUrl, DATABASE_POOL_SIZE: 1 }, silent);
    const [session] = await database.query("SELECT pg_backend_pid() AS pid");
    await admin.query("SELECT pg_terminate_backend($1)", [session?.pid]);
    await until(() => lines.length > 0);
    expect(lines[0]).toContain("idle database connection lost");
    expect(await database.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await Promise.all([database.close(), admin.close()]);
  });

  test("asks a connection that rested whether it is still one, and answers by another when its server has fallen silent", async () => {
    const { port } = new URL(databases.adminUrl);
    const proxy = await TcpProxy.start(Number(port));
    const url = databases.adminUrl.replace(`:${port}/`, `:${proxy.port}/`);
    const database = createDatabase({ DATABASE_URL: url, DATABASE_POOL_SIZE: 2 }, silent);
    await Promise.all([database.query("SELECT 1"), database.query("SELECT 1")]);
    proxy.silence();
    const later = Date.now() + 1_000;
    jest.spyOn(Date, "now").mockImplementation(() => later);
    expect(await database.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(await database.transaction(({ query }) => query("SELECT 2 AS two"))).toEqual([{ two: 2 }]);
    jest.restoreAllMocks();
    await proxy.stop();
    await database.close();
  });

  test("asks nothing of a connection in use: a statement is one round trip", async () => {
    const database = createDatabase({ DATABASE_URL: databases.adminUrl, DATABASE_POOL_SIZE: 1 }, silent);
    await database.query("SELECT 1");
    const sent = jest.spyOn(pg.Client.prototype, "query");
    await database.query("SELECT 2");
    expect(sent.mock.calls.map(([text]) => text)).toEqual(["SELECT 2"]);
    jest.restoreAllMocks();
    await database.close();
  });

  test("answers 503 when a transaction loses its connection between two statements, and works again", async () => {
    const environment = { DATABASE_URL: databases.adminUrl, DATABASE_POOL_SIZE: 1 };
    const [database, admin] = [createDatabase(environment, silent), createDatabase(environment, silent)];
    const lost = database.transaction(async ({ query }, client) => {
      const ended = new Promise<void>((resolve) => client.once("end", resolve));
      const [session] = await query("SELECT pg_backend_pid() AS pid");
      await admin.query("SELECT pg_terminate_backend($1)", [session?.pid]);
      await ended;
      await query("SELECT 1");
    });
    await expect(lost).rejects.toMatchObject({ status: 503 });
    expect(await database.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await Promise.all([database.close(), admin.close()]);
  });

  test.each([
    ["08006", 503],
    ["57014", 503],
    ["57P01", 503],
    ["55P03", 503],
    ["53300", 503],
    ["40001", 503],
    ["40P01", 503],
    ["25006", 503],
    ["23505", undefined],
    ["42501", undefined],
  ])("answers SQLSTATE %s, alone and in a transaction, with %p", async (code, status) => {
    const database = createDatabase({ DATABASE_URL: databases.adminUrl, DATABASE_POOL_SIZE: 1 }, silent);
    const statement = `DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '${code}'; END $$`;
    const statusOf = (work: Promise<unknown>) =>
      work.then(
        () => "none",
        ({ status }: { status?: number }) => status,
      );
    expect(await statusOf(database.query(statement))).toBe(status);
    expect(await statusOf(database.transaction(({ query }) => query(statement)))).toBe(status);
    await database.close();
  });

  test("answers 503 when nothing listens", async () => {
    const database = createDatabase({ DATABASE_URL: "postgres://a:b@127.0.0.1:1/x", DATABASE_POOL_SIZE: 1 }, silent);
    await expect(database.query("SELECT 1")).rejects.toMatchObject({ status: 503 });
    await database.close();
  });
});

test("a restart of the database under load loses no acknowledged write, and the pool recovers by itself", async () => {
  const server = await testServer({ durable: true });
  const environment = { DATABASE_URL: server.url("postgres"), DATABASE_POOL_SIZE: 5 };
  const database = createDatabase(environment, silent, { connectionTimeout: 500 });
  await database.query("CREATE TABLE writes (id integer PRIMARY KEY)");
  const acknowledged: number[] = [];
  let next = 0;
  let refused = 0;
  let writing = true;
  const client = async () => {
    while (writing) {
      next += 1;
      const id = next;
      try {
        await database.query("INSERT INTO writes VALUES ($1)", [id]);
        acknowledged.push(id);
      } catch (error) {
        expect(error).toMatchObject({ status: 503 });
        refused += 1;
      }
    }
  };
  const clients = Promise.all(Array.from({ length: 8 }, client));
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise(setImmediate);
  };
  await until(() => acknowledged.length > 50);
  await server.kill();
  await until(() => refused > 0);
  const again = await startPostgres({ folder: server.folder, port: server.port });
  const before = acknowledged.length;
  await until(() => acknowledged.length > before + 50);
  writing = false;
  await clients;
  const rows = await database.query<{ id: number }>("SELECT id FROM writes");
  const kept = new Set(rows.map(({ id }) => id));
  expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  await database.close();
  await again.stop();
  await server.remove();
});

describe("no SQL of a service pins a session of the proxy", () => {
  const files = ["lambda", "worker", "runtime"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${folder}/${file}`),
  );
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html
  const pinning: [string, RegExp][] = [
    ["SET or RESET of a setting", /["'`;]\s*(SET|RESET)\s+(SESSION|LOCAL|\w+\s*(=|TO)\s)|set_config\s*\(/i],
    ["a prepared statement", /["'`;]\s*(PREPARE|EXECUTE|DEALLOCATE|DISCARD)\s|\bquery(<[^>]*>)?\(\s*\{[^}]*\bname\b/i],
    ["an advisory lock", /pg_(try_)?advisory_/i],
    ["a temporary table", /CREATE\s+(GLOBAL\s+|LOCAL\s+)?TEMP/i],
    ["LISTEN or NOTIFY", /["'`;]\s*(UN)?LISTEN\s|["'`;]\s*NOTIFY\s|pg_notify\s*\(/i],
    ["a cursor", /DECLARE\s+\w+\s+.*CURSOR/i],
    ["a sequence's state", /\b(currval|lastval|setval)\s*\(/i],
    [
      "a setting in the startup message",
      /\b(statement_timeout|lock_timeout|idle_in_transaction_session_timeout|options)\s*:\s*["'`\d]/,
    ],
  ];
  test.each(pinning)("by %s", (_, pattern) => {
    expect(files.filter((file) => pattern.test(readFileSync(file, "utf8")))).toEqual([]);
  });

  test.each([
    'query("SET statement_timeout = 1")',
    "query(`SET LOCAL x TO 1`)",
    'query({ text: "SELECT 1", name: "one" })',
    'query("SELECT pg_advisory_lock(1)")',
    'query("CREATE TEMP TABLE t (a int)")',
    'query("LISTEN events")',
    'query("DECLARE c SCROLL CURSOR WITH HOLD FOR SELECT 1")',
    "new Pool({ statement_timeout: 5000 })",
  ])("and the rule would see %s", (source) => {
    expect(pinning.some(([, pattern]) => pattern.test(source))).toBe(true);
  });
});

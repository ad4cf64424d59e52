import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import { type PostgresOptions, type PostgresServer, startPostgres } from "../../../dependencies/database/postgres";

// One folder for all, initialised by the first that starts: that takes longer than all the rest. Only its maker may
// enter it, so root's server starts with the capability that it needs for that.
const folder = mkdtempSync(join(tmpdir(), "postgres-"));
const data = join(folder, "data");
const servers: PostgresServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));
afterAll(() => rmSync(folder, { recursive: true }));

async function start(options: Omit<PostgresOptions, "folder"> = {}): Promise<PostgresServer> {
  const server = await startPostgres({ folder: data, ...options });
  servers.push(server);
  return server;
}

async function query(server: PostgresServer, statement: string) {
  const client = new Client({ connectionString: server.url("postgres") });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

test("what was committed is there after a stop and after a kill, on the same folder and port", async () => {
  const first = await start();
  await query(first, "CREATE TABLE kept (id int)");
  await first.kill();
  const second = await start({ port: first.port });
  await query(second, "INSERT INTO kept VALUES (1)");
  await second.stop();
  const third = await start({ port: first.port });
  expect(third.port).toBe(first.port);
  expect(await query(third, "SELECT id FROM kept")).toEqual([{ id: 1 }]);
});

test("a commit waits for the disk unless asked otherwise", async () => {
  const settings = "SELECT current_setting('fsync') AS fsync, current_setting('work_mem') AS memory";
  expect(await query(await start(), settings)).toEqual([{ fsync: "on", memory: "4MB" }]);
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  const quick = await start({ durable: false, settings: { work_mem: "8MB" } });
  expect(await query(quick, settings)).toEqual([{ fsync: "off", memory: "8MB" }]);
});

test("a pid file whose number went to another program does not keep the server from starting", async () => {
  const server = await start();
  await server.kill();
  // PostgreSQL minds only processes of its own user.
  const { uid, gid } = statSync(data);
  const other = spawn("sleep", ["60"], { uid, gid });
  const file = join(data, "postmaster.pid");
  writeFileSync(file, readFileSync(file, "utf8").replace(String(server.pid), String(other.pid)));
  expect(await query(await start(), "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  other.kill();
});

test("a port that is taken is told in the server's words", async () => {
  const taken = createServer();
  await new Promise<void>((listening) => taken.listen(0, "127.0.0.1", listening));
  const address = taken.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  await expect(start({ port })).rejects.toThrow(`PostgreSQL did not start on port ${port}`);
  await new Promise((closed) => taken.close(closed));
});

test("the server ends when the process that started it is killed", async () => {
  const program = join(folder, "program.ts");
  writeFileSync(
    program,
    `import { startPostgres } from ${JSON.stringify(resolve("dependencies/database/postgres"))};
     const { pid } = await startPostgres({ folder: ${JSON.stringify(data)}, durable: false });
     console.log(pid);`,
  );
  const owner = spawn("node", ["ops/run.mjs", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface(owner.stdout), "line");
  owner.kill("SIGKILL");
  const ended = () => {
    try {
      return !process.kill(Number(line), 0);
    } catch {
      return true;
    }
  };
  while (!ended()) await new Promise(setImmediate);
  expect(ended()).toBe(true);
});

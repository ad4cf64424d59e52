import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { build } from "esbuild";
import { execa, execaSync } from "execa";
import { shippedTarget } from "../config/node";
import { withClient } from "../dependencies/database/client";
import { startPostgres } from "../dependencies/database/postgres";
import { prepareDatabase } from "../dependencies/database/prepare-database";
import { freePort } from "../dependencies/free-port";
import { bundleOnce, entryFile } from "../local/bundle";
import { bundleFunction } from "../ops/build-functions/function-bundle";
import { median } from "./comparison";
import { report } from "./measure";

const short = "00000000-0000-4000-8000-000000000010";
const long = "00000000-0000-4000-8000-000000010000";

/** The yardstick: the same query by hand, on node:http and pg alone. */
const handWritten = `
  import { createServer } from "node:http";
  import pg from "pg";
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
  createServer(async (request, response) => {
    const id = request.url.slice("/users/".length);
    const { rows } = await pool.query("SELECT id, email, consents FROM preferences.users WHERE id = $1 AND erased_at IS NULL", [id]);
    const consents = Object.entries(rows[0].consents).map(([id, enabled]) => ({ id, enabled }));
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ ...rows[0], consents }));
  }).listen(Number(process.env.HTTP_PORT), "127.0.0.1");
`;

/** Milliseconds that a fresh process takes to import a file, without the start of Node itself. */
function load(file: string): number {
  const program = `const start = performance.now(); import(${JSON.stringify(file)}).then(() => { process.stdout.write(String(performance.now() - start)); process.exit(); })`;
  const env = { DATABASE_URL: "postgres://a:b@127.0.0.1:1/x", LOG_LEVEL: "silent" };
  return Number(execaSync(process.execPath, ["-e", program], { env }).stdout);
}

async function artifact(folder: string) {
  const files = await bundleFunction("lambda/preferences");
  for (const { name, contents } of files) await writeFile(join(folder, name), contents);
  await build({
    stdin: { contents: 'import pg from "pg"; export default new pg.Pool();', resolveDir: process.cwd() },
    outfile: join(folder, "pg.mjs"),
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: shippedTarget,
    mainFields: ["module", "main"],
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
  });
  const ours: number[] = [];
  const bare: number[] = [];
  for (let run = 0; run < 15; run += 1) {
    ours.push(load(join(folder, "index.mjs")));
    bare.push(load(join(folder, "pg.mjs")));
  }
  return {
    bytes: files.reduce((sum, { contents }) => sum + contents.length, 0),
    ours: { value: median(ours), repetitions: ours },
    bare: { value: median(bare), repetitions: bare },
  };
}

async function ready(url: string): Promise<void> {
  while (!(await fetch(url).catch(() => undefined))?.ok) await new Promise(setImmediate);
}

async function requests(url: string) {
  const { requests, non2xx, errors, latency } = await autocannon({ url, connections: 20, duration: 4 });
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} answers were no 200, ${errors} failed`);
  return { rate: requests.average, latency: latency.average };
}

const folder = await mkdtemp(join(tmpdir(), "preferences-bench-"));
const server = await startPostgres({ folder: join(folder, "postgres") });
const stops: (() => Promise<unknown>)[] = [];
try {
  await prepareDatabase(server.url("platform"));
  await withClient(server.url("platform"), async (owner) => {
    await owner.query(
      `INSERT INTO preferences.users (id, email, consents, event_count)
       SELECT id, 'user-' || n || '@example.com', '{"sms_notifications": true, "email_notifications": false}', n
       FROM (VALUES ($1::uuid, 10), ($2::uuid, 10000)) AS users (id, n)`,
      [short, long],
    );
    await owner.query(
      `INSERT INTO preferences.events (user_id, sequence, consents)
       SELECT id, sequence, '{"sms_notifications": true}' FROM preferences.users, generate_series(1, event_count) AS sequence`,
    );
    await owner.query("VACUUM ANALYZE preferences.users, preferences.events");
  });

  await mkdir(".cache", { recursive: true });
  const yardstick = `.cache/hand-written-${process.pid}.mjs`;
  await writeFile(yardstick, handWritten);
  const start = async (args: string[]) => {
    const port = await freePort();
    const env = {
      HTTP_PORT: String(port),
      DATABASE_URL: server.url("platform", "preferences_app"),
      DATABASE_POOL_SIZE: "10",
    };
    const child = execa(process.execPath, args, {
      env,
      stdin: "ignore",
      stderr: "inherit",
      buffer: false,
      reject: false,
    });
    stops.push(async () => {
      child.kill();
      await child;
    });
    await ready(`http://127.0.0.1:${port}/users/${short}`);
    return `http://127.0.0.1:${port}/users/`;
  };
  const file = await bundleOnce(`preferences-${process.pid}`, entryFile("lambda/preferences"), ".cache");
  const service = await start([file]);
  const byHand = await start([yardstick]);
  await Promise.all([yardstick, file, `${file}.map`].map((path) => rm(path)));
  await requests(service + short);
  await requests(byHand + short);
  const raw = await requests(byHand + short);
  const ours = await requests(service + short);
  const oursLong = await requests(service + long);
  const { bytes, ours: loaded, bare } = await artifact(folder);

  report([
    {
      name: "GET /users/{id}, pool of 10",
      value: ours.rate,
      unit: "requests/s",
      yardstick: { name: "node:http and pg by hand, same query", value: raw.rate },
      target: "at least 60 %",
      reached: ours.rate >= 0.6 * raw.rate,
    },
    {
      name: "reading a user with 10,000 events",
      value: oursLong.latency,
      unit: "ms",
      yardstick: { name: "a user with 10", value: ours.latency },
      target: "ratio below 1.5",
      reached: oursLong.latency < 1.5 * ours.latency,
    },
    {
      name: "function artifact, unzipped",
      value: bytes / 1000,
      exact: true,
      unit: "kB",
      target: "at most 600 kB",
      reached: bytes <= 600_000,
    },
    {
      name: "loading the function",
      ...loaded,
      unit: "ms",
      yardstick: { name: "a bundle of pg alone", ...bare },
      target: "at most 2 x",
      reached: loaded.value <= 2 * bare.value,
    },
  ]);
} finally {
  for (const stop of stops) await stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

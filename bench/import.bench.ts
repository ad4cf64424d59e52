import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { execa } from "execa";
import { Client } from "pg";
import { startPostgres } from "../dependencies/database/postgres";
import { prepareDatabase } from "../dependencies/database/prepare-database";
import { objectBytes } from "../lambda/imports/import-bytes";
import { importLimitVariables, startClock } from "../lambda/imports/import-limits";
import { stage } from "../lambda/imports/import-staging";
import { batchSize, importsRepository } from "../lambda/imports/imports-repository";
import { createDatabase } from "../runtime/database";
import { createLogger } from "../runtime/logger";
import * as z from "../runtime/schema";
import { report } from "./measure";

const users = 1_000_000;

const consentsOf = (user: number) => ({ email_notifications: user % 2 === 0, sms_notifications: user % 3 === 0 });
const emailOf = (user: number) => `person.number-${user}@mail-${user % 1000}.example.com`;

function* imported(): Generator<string> {
  for (let user = 1; user <= users; user += 1) {
    const consents = Object.entries(consentsOf(user)).map(([id, enabled]) => ({ id, enabled }));
    yield `${JSON.stringify({ email: emailOf(user), consents })}\n`;
  }
}

function* staged(): Generator<string> {
  for (let user = 1; user <= users; user += 1)
    yield `0\t${user}\t${emailOf(user)}\t${JSON.stringify(consentsOf(user))}\n`;
}

const seconds = async (work: () => Promise<unknown>) => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

const folder = await mkdtemp(join(tmpdir(), "import-bench-"));
const server = await startPostgres({ folder: join(folder, "postgres"), settings: { max_wal_size: "4GB" } });
try {
  await prepareDatabase(server.url("platform"));
  const owner = new Client({ connectionString: server.url("platform") });
  await owner.connect();

  const object = join(folder, "users.ndjson.gz");
  await pipeline(Readable.from(imported()), createGzip({ level: 6 }), createWriteStream(object));
  const rows = join(folder, "rows");
  await pipeline(Readable.from(staged()), createWriteStream(rows));

  const psqlSeconds = await seconds(async () => {
    const command = "\\copy preferences.import_lines (import_id, line, email, consents) from pstdin";
    await execa("psql", [server.url("platform"), "-q", "-c", command], { inputFile: rows });
  });
  await owner.query("TRUNCATE preferences.import_lines");

  const logger = createLogger({ service: "bench", level: "silent" });
  const url = server.url("platform", "preferences_app");
  const database = createDatabase({ DATABASE_URL: url, DATABASE_POOL_SIZE: 1 }, logger);
  const { size } = await stat(object);
  let resident = 0;
  const watch = setInterval(() => {
    resident = Math.max(resident, process.memoryUsage.rss());
  }, 50);
  let stageSeconds = 0;
  let longestBatch = 0;
  const totalSeconds = await seconds(async () => {
    const open = { bucket: "", key: object, version: "", bytes: size, body: createReadStream(object) };
    const limits = z.object(importLimitVariables).parse({});
    const imports = importsRepository(database);
    const found = await imports.open(open);
    const staged = await imports.staged(found.id);
    stageSeconds = await seconds(async () => {
      const bytes = objectBytes(open, limits);
      const { rejected } = await stage({ imports, limits, clock: startClock(limits) }, found, staged, bytes);
      if (rejected > 0) throw new Error(`${rejected} lines are refused`);
    });
    for (let first = 1; first <= users; first += batchSize) {
      const batch = await seconds(() => imports.merge(found.id, first, Math.min(users, first + batchSize - 1)));
      longestBatch = Math.max(longestBatch, batch);
    }
    await imports.finish(found.id, { lines: users, rejected: 0 });
  });
  clearInterval(watch);
  await database.close();
  const { rows: counted } = await owner.query<{ users: string; events: string }>(
    "SELECT (SELECT count(*) FROM preferences.users) AS users, (SELECT count(*) FROM preferences.events) AS events",
  );
  if (counted[0]?.users !== String(users) || counted[0].events !== String(users)) throw new Error("users are missing");
  await owner.end();

  const stageRate = users / stageSeconds;
  const psqlRate = users / psqlSeconds;
  report([
    {
      name: "import: gunzip, parse, check and stage",
      value: stageRate,
      unit: "users/s",
      yardstick: { name: "psql \\copy of the same rows into the same table", value: psqlRate },
      target: "at least 47 % of psql",
      reached: stageRate >= 0.47 * psqlRate,
    },
    {
      name: "import: staged and merged",
      value: users / totalSeconds,
      unit: "users/s",
      target: "at least 38,000 users/s",
      reached: users / totalSeconds >= 38_000,
    },
    {
      name: "import: longest batch, which is how long it may lock a user",
      value: longestBatch * 1000,
      unit: "ms",
      target: "at most 2,000 ms, the role's lock_timeout",
      reached: longestBatch <= 2,
    },
    {
      name: "import: resident memory",
      value: resident / 2 ** 20,
      unit: "MB",
      target: "at most 256 MB",
      reached: resident <= 256 * 2 ** 20,
    },
  ]);
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

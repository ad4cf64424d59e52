import { readFileSync } from "node:fs";
import { Client } from "pg";
import { environments } from "../../config/environments";
import { testDatabase } from "../database";
import { type Resource, realPlatform, resources } from "../stacks/synthesized";

const page = readFileSync("docs/personal-data.md", "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) => line.slice(2, -2).split(" | "));

test("every table of the products is on the page, and no other", async () => {
  const database = await testDatabase();
  const client = new Client({ connectionString: database.adminUrl });
  await client.connect();
  const tables = await client.query<{ name: string }>(
    `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema IN ('preferences', 'loyalty') ORDER BY 1`,
  );
  await client.end();
  await database.drop();
  const told = rows.flatMap(([name = ""]) => /^`(\w+\.\w+)`$/.exec(name)?.slice(1) ?? []);
  expect(told.sort()).toEqual(tables.rows.map(({ name }) => name));
});

const all = resources(realPlatform);

/** Days for which a resource keeps what it holds, each with the page's row that tells of it; undefined when it is code, state or a trail. */
function kept({ type, name, path, settings }: Resource): readonly (readonly [row: string, days: number])[] | undefined {
  const text = JSON.stringify(settings);
  const days = (key: string) => Number(new RegExp(`"${key}":(\\d+)`).exec(text)?.[1]);
  if (type === "aws_rds_cluster") return [["backups of the cluster", days("backup_retention_period")]];
  if (type === "aws_backup_plan") {
    const [copies, kept] = [...text.matchAll(/"delete_after":(\d+)/g)].map(([, found]) => Number(found));
    return [
      ["copies of recovery points in another region", copies ?? Number.NaN],
      ["recovery points of the database", kept ?? Number.NaN],
    ];
  }
  // What it lets a plan say; the plan says it.
  if (type === "aws_backup_vault_lock_configuration") return undefined;
  if (type === "aws_cloudwatch_log_group") return [["logs", days("retention_in_days")]];
  if (type === "aws_elasticache_replication_group")
    return [["snapshots of the queue", days("snapshot_retention_limit")]];
  if (type === "aws_sqs_queue")
    return [["messages and dead letters of imports", days("message_retention_seconds") / 86_400]];
  if (type !== "aws_s3_bucket_lifecycle_configuration") throw new Error(`${type}.${name} keeps something: tell of it`);
  if (/^[^/]+\/Default\/bucket\//.test(path)) {
    return [
      ["objects of `imports/`, `imports-rejected/` and `imports-continued/`", days("days")],
      ["versions of objects that were replaced or deleted", days("noncurrent_days")],
    ];
  }
  return /access-logs|imports-logs/.test(path) ? [["access logs of buckets", days("days")]] : undefined;
}

test.each(environments)("what $name keeps is kept for as many days as the page says", ({ name }) => {
  const column = 2 + environments.findIndex((environment) => environment.name === name);
  const said = (row: string) => rows.find(([what = ""]) => what.startsWith(row))?.[column];
  const keeping = all
    .filter(({ stack }) => stack.startsWith(`${name}-`))
    .filter(({ settings }) => /retention|"expiration"|_limit":|delete_after/.test(JSON.stringify(settings)))
    .filter(({ type }) => !/lambda|api_gateway|wafv2|appautoscaling|alarm|codebuild|performance/.test(type));
  const told = keeping.flatMap((resource) => kept(resource) ?? []);
  expect(told.map(([row, days]) => [row, String(days)])).toEqual(told.map(([row]) => [row, said(row)]));
  expect(new Set(told.map(([row]) => row)).size).toBe(rows.filter((cells) => /^\d+$/.test(cells[column] ?? "")).length);
});

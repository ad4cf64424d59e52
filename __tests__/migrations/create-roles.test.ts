import { environments } from "../../config/environments";
import { databaseUser } from "../../config/names";
import type { Service } from "../../config/service";
import { services } from "../../config/services";
import { migrate } from "../../dependencies/database/migrate/migrate";
import { checked } from "../../dependencies/database/migrate/migration";
import type { PostgresServer } from "../../dependencies/database/postgres";
import { setLocalPasswords } from "../../dependencies/database/postgres-passwords";
import { query } from "../database";
import { serverLikeRds } from "../server-like-rds";

let server: PostgresServer & { remove(): Promise<void> };

beforeAll(async () => {
  server = await serverLikeRds();
  await setLocalPasswords(server.url("postgres"));
});
afterAll(() => server.remove());

const table: readonly Service[] = services;
const products = [
  ...new Set(table.flatMap(({ uses, product }) => (uses.includes("database") ? [product] : []))),
].sort();
const schemaOf = (product: string) => product.replaceAll("-", "_");
const asAdmin = (statement: string) => query(server.url("platform"), statement);

test("every migration runs as RDS's master user, and migrator owns what they made", async () => {
  const owners = await asAdmin(`
    SELECT DISTINCT n.nspname AS schema, c.relowner::regrole::text AS owner
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY ('{${products.map(schemaOf).join()}}') ORDER BY 1`);
  expect(owners).toEqual(products.map((product) => ({ schema: schemaOf(product), owner: "migrator" })));
});

test("the services' roles log in by IAM token where RDS offers it", async () => {
  const members = await asAdmin(`
    SELECT member::regrole::text AS member FROM pg_auth_members
    WHERE roleid = 'rds_iam'::regrole AND member <> 'master'::regrole`);
  expect(members.map(({ member }) => member)).toEqual(expect.arrayContaining(products.map(databaseUser)));
});

test.each(products)("%s has its schema and a role that may use it", async (product) => {
  const [row] = await asAdmin(
    `SELECT has_schema_privilege('${databaseUser(product)}', '${schemaOf(product)}', 'USAGE') AS uses`,
  );
  expect(row).toEqual({ uses: true });
});

test.each(products)("the role of %s makes no table, no temporary table and no role", async (product) => {
  const url = server.url("platform", databaseUser(product));
  await expect(query(url, `CREATE TABLE ${schemaOf(product)}.mine (id int)`)).rejects.toThrow(
    "permission denied for schema",
  );
  await expect(query(url, "CREATE TABLE public.mine (id int)")).rejects.toThrow("permission denied for schema public");
  await expect(query(url, "CREATE TEMPORARY TABLE mine (id int)")).rejects.toThrow("permission denied");
  await expect(query(url, "CREATE ROLE mine")).rejects.toThrow("permission denied to create role");
  await expect(query(url, "SET ROLE migrator")).rejects.toThrow("permission denied to set role");
});

test("a product's role does not see the other product", async () => {
  const url = server.url("platform", "preferences_app");
  await expect(query(url, "SELECT * FROM loyalty.users")).rejects.toThrow("permission denied for schema loyalty");
});

test("time limits come with the role, so no session needs a SET", async () => {
  const limits = `SELECT current_setting('search_path') AS path, current_setting('statement_timeout') AS statement,
    current_setting('lock_timeout') AS lock, current_setting('idle_in_transaction_session_timeout') AS idle`;
  expect(await query(server.url("platform", "loyalty_app"), limits)).toEqual([
    { path: "loyalty", statement: "5s", lock: "2s", idle: "10s" },
  ]);
});

test.each(environments)(
  "the roles' statement timeout is the one that $name's capacity is planned with",
  async (environment) => {
    const rows = await asAdmin(`
    SELECT rolname AS role FROM pg_roles
    WHERE 'statement_timeout=${environment.database.statementTimeout}s' = ANY (rolconfig)`);
    expect(rows.map(({ role }) => role)).toEqual(expect.arrayContaining(products.map(databaseUser)));
  },
);

test("a second database of the same server is migrated with the same roles", async () => {
  await query(server.url("postgres", "master"), "CREATE DATABASE other");
  const done = await migrate({
    database: { connectionString: server.url("other", "master") },
    direction: "up",
    load: async (path) => checked(path, await import(path)),
    report: () => {},
  });
  expect(done[0]).toBe("20261101000000000_create-roles");
});

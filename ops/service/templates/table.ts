import { databaseUser } from "../../../config/names";
import type { Service } from "../../../config/service";

/** The first table of a service. */
export interface Table {
  readonly schema: string;
  readonly name: string;
  /** The role that services of the product connect as. */
  readonly role: string;
  /** Whether the schema and the role are made with it. */
  readonly isFirstOfProduct: boolean;
}

/** Where a service that uses the database keeps its items; undefined for others. */
export function tableOf({ name, product, uses }: Service, services: readonly Service[]): Table | undefined {
  if (!uses.includes("database")) return undefined;
  const others = services.filter((other) => other.product === product && other.uses.includes("database"));
  return {
    schema: product.replaceAll("-", "_"),
    name: others.length === 0 ? "items" : `${name.replaceAll("-", "_")}_items`,
    role: databaseUser(product),
    isFirstOfProduct: others.length === 0,
  };
}

export const repository = (table: Table) => `import type { Queries } from "../../runtime/database";

export interface Item {
  readonly id: string;
  readonly name: string;
}

export type ItemRepository = ReturnType<typeof itemRepository>;

/** The items of the database. SQL is here and nowhere else. */
export const itemRepository = (database: Queries) => ({
  /** Keeps an item. One whose id is there already changes nothing, so it may be sent again. */
  async add({ id, name }: Item): Promise<void> {
    await database.query("INSERT INTO ${table.schema}.${table.name} (id, name) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", [
      id,
      name,
    ]);
  },
  /** The item of this id, if there is one. */
  async find(id: string): Promise<Item | undefined> {
    const [item] = await database.query<{ id: string; name: string }>(
      "SELECT id, name FROM ${table.schema}.${table.name} WHERE id = $1",
      [id],
    );
    return item;
  },
});
`;

/** The product's schema, and the role of its services. */
export const roleMigration = ({ schema, role }: Table) => `import type { MigrationBuilder } from "node-pg-migrate";

/** Roles belong to the whole cluster and schemas to this database, so the one who connected makes them. */
export const runsAs = "administrator";

/** The schema, and the role that its services connect as: it is granted nothing here, and later table by table. */
export function up(pgm: MigrationBuilder): void {
  // Two databases of one cluster may be migrated at the same moment, and CREATE ROLE has no IF NOT EXISTS.
  pgm.sql(\`DO $$ BEGIN
    CREATE ROLE ${role} LOGIN;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
  END $$\`);
  // RDS lets a role in by IAM token when it is a member of rds_iam, and then by nothing else.
  pgm.sql(\`DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN GRANT rds_iam TO ${role}; END IF;
  END $$\`);
  // A proxy's sessions are shared: limits belong to the role, where they need no SET (which would pin the session).
  pgm.sql("ALTER ROLE ${role} SET search_path = ${schema}");
  pgm.sql("ALTER ROLE ${role} SET statement_timeout = '5s'");
  pgm.sql("ALTER ROLE ${role} SET lock_timeout = '2s'");
  pgm.sql("ALTER ROLE ${role} SET idle_in_transaction_session_timeout = '10s'");
  pgm.sql(onDatabase("GRANT CONNECT ON DATABASE %I TO ${role}"));
  pgm.sql("CREATE SCHEMA ${schema} AUTHORIZATION migrator");
  pgm.sql("GRANT USAGE ON SCHEMA ${schema} TO ${role}");
}

/** Leaves the role itself: another database of the cluster may use it. */
export function down(pgm: MigrationBuilder): void {
  pgm.sql("DROP SCHEMA ${schema}");
  pgm.sql(onDatabase("REVOKE CONNECT ON DATABASE %I FROM ${role}"));
}

/** A statement about the database it runs in, whatever its name. */
function onDatabase(statement: string): string {
  return \`DO $$ BEGIN EXECUTE format('\${statement}', current_database()); END $$\`;
}
`;

export const tableMigration = ({
  schema,
  name,
  role,
}: Table) => `import type { MigrationBuilder } from "node-pg-migrate";

export function up(pgm: MigrationBuilder): void {
  pgm.sql(\`
    CREATE TABLE ${schema}.${name} (
      id uuid PRIMARY KEY,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
      created_at timestamptz NOT NULL DEFAULT now()
    );

    -- What the service needs and no more: its items are only ever added.
    GRANT SELECT, INSERT ON ${schema}.${name} TO ${role};
  \`);
}

export function down(pgm: MigrationBuilder): void {
  pgm.sql("DROP TABLE ${schema}.${name}");
}
`;

import type { Client, ClientConfig } from "pg";
import { withClient } from "../../dependencies/database/client";
import { type MigrateOptions, migrate } from "../../dependencies/database/migrate/migrate";
import type { Fault } from "../migrate/names";

/**
 * Runs each migration up, down and up again on an empty database, and compares what is in the database: down must
 * leave what was there before, and the second up what the first one made. Stops at the first that does not.
 */
export async function reverseFaults(
  database: ClientConfig,
  names: readonly string[],
  options: Pick<MigrateOptions, "folder" | "load">,
): Promise<Fault[]> {
  const step = async (direction: "up" | "down") => {
    await migrate({ ...options, database, direction, count: 1, report: () => {} });
    return snapshot(database);
  };
  let before = await snapshot(database);
  for (const name of names) {
    const fault = (message: string): Fault[] => [{ file: `${name}.ts`, message }];
    try {
      const up = await step("up");
      const down = await step("down");
      const left = difference(before, down);
      if (left) return fault(`down must take back everything up did:${left}`);
      const again = await step("up");
      const changed = difference(up, again);
      if (changed) return fault(`up after down must make what the first up made:${changed}`);
      before = again;
    } catch (error) {
      return fault(error instanceof Error ? error.message : String(error));
    }
  }
  return [];
}

const snapshot = (database: ClientConfig): Promise<string[]> => withClient(database, catalog);

/** Lines that stand in one only, each on a line of its own; undefined when there are none. */
function difference(expected: readonly string[], actual: readonly string[]): string | undefined {
  const lines = [
    ...expected.filter((line) => !actual.includes(line)).map((line) => `\n    missing: ${line}`),
    ...actual.filter((line) => !expected.includes(line)).map((line) => `\n    left over: ${line}`),
  ];
  return lines.length > 0 ? lines.join("") : undefined;
}

/**
 * Everything a migration may leave in a database, one line each: schemas, relations, columns, constraints, indexes,
 * types, functions, triggers, policies, comments, grants and owners. Positions of columns and object numbers are not
 * in it: dropping and adding again changes those and nothing else.
 */
async function catalog(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(query);
  return rows.map(({ line }) => line);
}

const ours = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

/** FirstNormalObjectId of PostgreSQL's access/transam.h: what comes with the server has lower numbers. */
const firstOfUsers = 16_384;

/** Who may do what, in one order; an object that was never granted has the grants of its kind. */
const grants = (column: string, kind: string, owner: string) =>
  `(SELECT string_agg(item::text, ',' ORDER BY item::text) FROM unnest(coalesce(${column}, acldefault(${kind}, ${owner}))) item)`;

const kindOfRelation = `CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`;

const query = `
  WITH lines AS (
    SELECT format('schema %I owner %s grants %s',
        n.nspname, n.nspowner::regrole, ${grants("n.nspacl", "'n'", "n.nspowner")}) AS line
      FROM pg_namespace n WHERE ${ours}
    UNION ALL
    SELECT format('database grants %s', ${grants("d.datacl", "'d'", "d.datdba")})
      FROM pg_database d WHERE d.datname = current_database()
    UNION ALL
    SELECT format('relation %I.%I kind %s owner %s grants %s options %s row security %s forced %s persistence %s bound %s view %s',
        n.nspname, c.relname, c.relkind, c.relowner::regrole, ${grants("c.relacl", kindOfRelation, "c.relowner")},
        c.reloptions, c.relrowsecurity, c.relforcerowsecurity, c.relpersistence, pg_get_expr(c.relpartbound, c.oid),
        CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ours}
    UNION ALL
    SELECT format('column %I.%I.%I type %s required %s default %s identity %s generated %s collation %s grants %s statistics %s',
        n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attcollation::regcollation,
        ${grants("a.attacl", "'c'", "c.relowner")}, a.attstattarget)
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE ${ours} AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT format('constraint %I.%I of %s %s validated %s', n.nspname, k.conname,
        coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text), pg_get_constraintdef(k.oid), k.convalidated)
      FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${ours}
    UNION ALL
    SELECT format('index %s valid %s', pg_get_indexdef(i.indexrelid), i.indisvalid)
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ours}
    UNION ALL
    SELECT format('sequence %I.%I type %s start %s step %s from %s to %s cycle %s', s.schemaname, s.sequencename, s.data_type,
        s.start_value, s.increment_by, s.min_value, s.max_value, s.cycle)
      FROM pg_sequences s JOIN pg_namespace n ON n.nspname = s.schemaname WHERE ${ours}
    UNION ALL
    SELECT format('type %I.%I kind %s owner %s grants %s base %s values %s', n.nspname, t.typname, t.typtype,
        t.typowner::regrole, ${grants("t.typacl", "'T'", "t.typowner")}, format_type(t.typbasetype, t.typtypmod),
        (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE ${ours}
    UNION ALL
    SELECT format('function %s owner %s grants %s %s', p.oid::regprocedure, p.proowner::regrole,
        ${grants("p.proacl", "'f'", "p.proowner")}, CASE WHEN p.prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) END)
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${ours}
    UNION ALL
    SELECT format('trigger %s enabled %s', pg_get_triggerdef(t.oid), t.tgenabled)
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${ours} AND NOT t.tgisinternal
    UNION ALL
    SELECT format('rule %s', pg_get_ruledef(r.oid))
      FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${ours} AND r.rulename <> '_RETURN'
    UNION ALL
    SELECT format('policy %s', to_jsonb(p)) FROM pg_policies p JOIN pg_namespace n ON n.nspname = p.schemaname WHERE ${ours}
    UNION ALL
    SELECT format('extension %I %s', e.extname, e.extversion) FROM pg_extension e
    UNION ALL
    SELECT format('comment %s %s %s', i.type, i.identity, d.description)
      FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i WHERE d.objoid >= ${firstOfUsers}
    UNION ALL
    SELECT format('default grants %s %s %s', a.defaclrole::regrole, a.defaclobjtype,
        ${grants("a.defaclacl", "a.defaclobjtype", "a.defaclrole")})
      FROM pg_default_acl a
    UNION ALL
    SELECT format('setting %s %s', s.setrole::regrole, s.setconfig) FROM pg_db_role_setting s
      WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
  )
  SELECT line FROM lines WHERE line NOT LIKE '%pgmigrations%' ORDER BY line COLLATE "C"
`;

import { dependencyNames } from "../../config/dependency";

/** What PostgreSQL takes for a keyword where a schema's name is expected: https://www.postgresql.org/docs/current/sql-keywords-appendix.html */
const keywords =
  "all analyse analyze and any array as asc asymmetric authorization between binary both case cast check collate " +
  "collation column concurrently constraint create cross current default deferrable desc distinct do else end except " +
  "false fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join " +
  "lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer " +
  "overlaps placing primary references returning right select session some symmetric system table tablesample then to " +
  "trailing true union unique user using variadic verbose when where window with";

/** By name, why no service or product can have it. */
const reserved: ReadonlyMap<string, string> = new Map([
  ...keywords.split(" ").map((word) => [word, "it is a keyword of PostgreSQL"] as const),
  ...["public", "information-schema", "migrator"].map((name) => [name, "PostgreSQL has it already"] as const),
  ...dependencyNames.map((name) => [name, "it is what services use"] as const),
  ...["state", "network", "workers", "api", "gitlab"].map((name) => [name, "a stack has it"] as const),
  ...["router", "postgres", "redis", "resolver", "s3", "supervisor", "migrate", "seed"].map(
    (name) => [name, "a program of the local environment has it"] as const,
  ),
  ...["health", "status", "queues", "docs", "control"].map((name) => [name, "it is a page of the router"] as const),
]);

/** Why a service, a product or a path cannot have this name; undefined when it can. */
export function reservedBecause(name: string): string | undefined {
  if (name.startsWith("pg-")) return "PostgreSQL keeps pg_ for itself";
  return name.endsWith("-execution") ? "the role that starts a worker is called so" : reserved.get(name);
}

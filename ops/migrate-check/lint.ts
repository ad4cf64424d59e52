import { join } from "node:path";
import { execa } from "execa";
import { MigrationBuilder } from "node-pg-migrate";
import * as z from "zod";
import { production } from "../../config/environments/production";
import type { Migration } from "../../dependencies/database/migrate/migration";
import { Failure } from "../../runtime/failure";
import ways from "./safe-ways.json";

/** A rule that the SQL of a migration breaks. */
export interface Finding {
  readonly rule: string;
  readonly message: string;
  /** The line of SQL it is about. */
  readonly sql: string;
}

/** The rules depend on it: what was unsafe on one version is safe on the next. */
const postgresVersion = production.database.engineVersion;

/** Rules of squawk left out, and why. */
const leftOut = [
  // The runner sets both for every migration.
  "require-lock-timeout",
  "require-statement-timeout",
  // A 32-bit counter is a choice; identities are checked by prefer-identity.
  "prefer-bigint-over-int",
];

/**
 * For each rule, the way to the same end that old code and full tables survive: expand first, deploy, contract later
 * (docs/migrations.md). A rule without an entry is explained by squawk (https://squawkhq.com/docs/rules).
 */
const safeWays: Readonly<Record<string, string>> = ways;

/** Least words of a reason: fewer say that there is one, not what it is. */
const leastWords = 5;

/**
 * What is unsafe in a migration's `up`, each as one sentence with the safe way; and what is wrong with the overrides it
 * writes. Nothing for a migration that may run while old code works on full tables.
 */
export async function lint(migration: Migration): Promise<string[]> {
  const { sql, transactional } = await sqlOf(migration);
  const findings = [...(await squawk(sql, transactional)), ...beyondSquawk(sql)];
  const unsafe = migration.unsafe ?? {};
  const broken = new Set(findings.map(({ rule }) => rule));
  return [
    ...findings.filter(({ rule }) => !Object.hasOwn(unsafe, rule)).map(sentence),
    ...Object.entries(unsafe).flatMap(([rule, reason]) => overrideFault(rule, reason, broken)),
  ];
}

function sentence({ rule, message, sql }: Finding): string {
  const way = safeWays[rule];
  return `${rule}: ${message}${way ? ` Safe way: ${way}.` : ""} (${sql})`;
}

function overrideFault(rule: string, reason: unknown, broken: ReadonlySet<string>): string[] {
  if (!broken.has(rule)) return [`unsafe["${rule}"] overrides a rule that this migration does not break: remove it`];
  if (typeof reason !== "string" || reason.trim().split(/\s+/).length < leastWords) {
    return [
      `unsafe["${rule}"] must say in ${leastWords} words or more why it is safe here, got ${JSON.stringify(reason)}`,
    ];
  }
  return [];
}

/** The SQL of a migration's `up`, without running it. */
async function sqlOf({ up }: Migration): Promise<{ sql: string; transactional: boolean }> {
  const noDatabase = () => Promise.reject(new Failure("a migration writes SQL: what it would query is not known yet"));
  const pgm = new MigrationBuilder({ query: noDatabase, select: noDatabase }, {}, false, console);
  await up(pgm);
  return { sql: pgm.getSqlSteps().join("\n"), transactional: pgm.isUsingTransaction() };
}

const Report = z.array(
  z.object({ rule_name: z.string(), message: z.string(), help: z.string().nullable(), line: z.number() }),
);

const program = join("node_modules", "@squawk-cli", `${process.platform}-${process.arch}`, "bin", "squawk");

async function squawk(sql: string, transactional: boolean): Promise<Finding[]> {
  const transaction = transactional ? "--assume-in-transaction" : "--no-assume-in-transaction";
  const exclude = leftOut.flatMap((rule) => ["--exclude", rule]);
  const options = ["--reporter", "json", "--pg-version", postgresVersion, transaction, ...exclude];
  // It exits with 1 when it has findings.
  const { stdout, stderr, shortMessage } = await execa(program, options, { input: sql, reject: false });
  if (!stdout.startsWith("[")) {
    throw new Failure(`squawk did not run: ${stderr || shortMessage}. npm ci installs it`);
  }
  const lines = sql.split("\n");
  return Report.parse(JSON.parse(stdout)).map(({ rule_name: rule, message, help, line }) => ({
    rule,
    message: help && !safeWays[rule] ? `${message} ${help}` : message,
    sql: lines[line]?.trim() ?? "",
  }));
}

/** What squawk does not see: renames other than of tables and columns, moves between schemas, DDL inside DO. */
function beyondSquawk(sql: string): Finding[] {
  const plain = sql.replaceAll(/--.*$/gm, "").replaceAll(/\/\*[\s\S]*?\*\//g, "");
  const bodies = [...plain.matchAll(/\bDO\s+(?:LANGUAGE\s+\w+\s+)?(\$\w*\$)([\s\S]*?)\1/gi)];
  const hidden = bodies.map(
    ([, , body = ""]) => /\b(ALTER\s+TABLE|CREATE\s+(UNIQUE\s+)?INDEX|DROP\s+\w+|TRUNCATE)\b.*/i.exec(body)?.[0],
  );
  const statements = plain.replaceAll(/(\$\w*\$)[\s\S]*?\1/g, "''").split(";");
  const found = (rule: string, message: string, pattern: RegExp) =>
    statements
      .filter((statement) => pattern.test(statement))
      .map((statement): Finding => ({ rule, message, sql: statement.trim() }));
  const object = /\bALTER\s+(?!TABLE\b|INDEX\b|SEQUENCE\b)\w+[\s\S]*\bRENAME\b/i;
  return [
    ...found("renaming-object", "Renaming a type, value, view, function or schema may break existing clients.", object),
    ...found(
      "moves-schema",
      "Moving an object to another schema may break existing clients.",
      /\bALTER\b[\s\S]*\bSET\s+SCHEMA\b/i,
    ),
    ...hidden.flatMap((line): Finding[] =>
      line === undefined
        ? []
        : [{ rule: "hidden-ddl", message: "A DO block hides this statement from the checks.", sql: line.trim() }],
    ),
  ];
}

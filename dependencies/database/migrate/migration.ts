import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import { pathToFileURL } from "node:url";
import type { MigrationBuilder } from "node-pg-migrate";
import { Failure } from "../../../runtime/failure";

/** What a file of migrations/ exports. */
export interface Migration {
  up(pgm: MigrationBuilder): void | Promise<void>;
  /** Takes back everything `up` did. */
  down(pgm: MigrationBuilder): void | Promise<void>;
  /** Who runs it: the role `migrator`, who owns every table, or the user that connected, who may create roles. @default "migrator" */
  readonly runsAs?: "migrator" | "administrator";
  /** Rules of `make migrate-check` this file breaks on purpose, each with its reason. @default none */
  readonly unsafe?: Readonly<Record<string, string>>;
}

/** Reads one file of migrations/, by its path. */
export type LoadMigration = (path: string) => Promise<Migration>;

/** Loads each file once: a run goes through the folder again for each migration. */
export function remembering(load: LoadMigration): LoadMigration {
  const loaded = new Map<string, Promise<Migration>>();
  return (path) => {
    const migration = loaded.get(path) ?? load(path);
    loaded.set(path, migration);
    return migration;
  };
}

/** A migration's name in the database: its file's, without the extension. */
export const migrationName = (path: string) => basename(path, extname(path));

/**
 * Loads a migration from TypeScript (here) or from JavaScript (in the artifact of ops/build-migrations/command.ts, which has no
 * compiler). A migration may import types only. Throws, naming the file, when an export is missing.
 */
export const loadMigration: LoadMigration = async (path) => checked(path, await import(await importable(path)));

async function importable(path: string): Promise<string> {
  if (extname(path) !== ".ts") return pathToFileURL(path).href;
  const { transform } = await import("esbuild");
  const { code } = await transform(await readFile(path, "utf8"), { loader: "ts", format: "esm", sourcefile: path });
  return `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
}

/** The module as a migration. Throws, naming the file and what it lacks. */
export function checked(path: string, module: Partial<Migration>): Migration {
  const { up, down, runsAs, unsafe } = module;
  if (typeof up !== "function" || typeof down !== "function") {
    throw new Failure(`${basename(path)} must export the functions up and down`);
  }
  if (runsAs !== undefined && runsAs !== "migrator" && runsAs !== "administrator") {
    throw new Failure(`${basename(path)}: runsAs must be "migrator" or "administrator", got ${JSON.stringify(runsAs)}`);
  }
  return { up, down, ...(runsAs && { runsAs }), ...(unsafe && { unsafe }) };
}

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ClientConfig } from "pg";
import {
  type LoadMigration,
  loadMigration,
  migrationName,
  remembering,
} from "../../dependencies/database/migrate/migration";
import { type Fault, nameFaults } from "../migrate/names";
import { lint } from "./lint";
import { reverseFaults } from "./reverse";

export interface CheckOptions {
  readonly folder: string;
  /** An empty database to run the migrations on, asked for once names and SQL are in order. */
  readonly emptyDatabase: () => Promise<ClientConfig>;
  /** @default the clock's */
  readonly now?: Date;
  /** @default loadMigration */
  readonly load?: LoadMigration;
}

/** What keeps the migrations of a folder from running safely: names and order, then SQL, then up, down and up. */
export async function check({
  folder,
  emptyDatabase,
  now = new Date(),
  load: loadOne = loadMigration,
}: CheckOptions): Promise<Fault[]> {
  const load = remembering(loadOne);
  const files = (await readdir(folder)).filter((file) => !file.startsWith(".")).sort();
  const named = nameFaults(files, now);
  if (named.length > 0) return named;
  const linted = await Promise.all(files.map((file) => lintFile(folder, file, load)));
  if (linted.flat().length > 0) return linted.flat();
  return reverseFaults(await emptyDatabase(), files.map(migrationName), { folder, load });
}

async function lintFile(folder: string, file: string, load: LoadMigration): Promise<Fault[]> {
  try {
    return (await lint(await load(join(process.cwd(), folder, file)))).map((message) => ({ file, message }));
  } catch (error) {
    return [{ file, message: error instanceof Error ? error.message : String(error) }];
  }
}

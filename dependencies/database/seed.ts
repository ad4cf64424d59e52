import { readFile } from "node:fs/promises";
import { Client } from "pg";

/** Runs files of SQL, one after the other. @param url the migrated database, as its superuser */
export async function seed(url: string, files: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const file of files) await client.query(await readFile(file, "utf8"));
  } finally {
    await client.end();
  }
}

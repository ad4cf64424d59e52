import { prepareDatabase } from "./prepare-database";

/** Runs `prepareDatabase` as a program. */
const { DATABASE_URL = "", SEEDS = "" } = process.env;
const report = (line: string) => process.stdout.write(`${line}\n`);
try {
  await prepareDatabase(DATABASE_URL, { seeds: SEEDS.split(",").filter((file) => file !== ""), report });
} catch (error) {
  report(error instanceof Error ? [error.message, error.cause].filter(Boolean).join("\n") : String(error));
  process.exitCode = 1;
}

import { join } from "node:path";

// What global-setup.ts tells the tests of its run.
export const postgresVariable = "TEST_POSTGRES";
export const folderVariable = "TEST_RUN_FOLDER";

/** The superuser's URL on the one PostgreSQL of this run, which starts for the first test that asks. */
export async function postgresUrl(): Promise<string> {
  const response = await fetch(told(postgresVariable));
  const answer = await response.text();
  if (!response.ok) throw new Error(answer);
  return answer;
}

/** The path below the folder of this run, which every suite shares and the end of the run removes. */
export function shared(...path: readonly string[]): string {
  return join(told(folderVariable), ...path);
}

function told(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is missing: jest.config.mjs names the global setup`);
  return value;
}

import type { ClientConfig } from "pg";
import * as z from "zod";
import { withClient } from "../../dependencies/database/client";

/** Where the archive of migrations names the user; absent when nobody said who it is. */
export const smokeUserFile = "smoke-user.json";

/** The user of the smoke test as AWS gets it: never the password. */
export const SmokeUser = z.strictObject({
  username: z.string().min(1),
  passwordHash: z.string().startsWith("$argon2"),
});
export type SmokeUser = z.infer<typeof SmokeUser>;

/** Writes the user, who may transact, or gives an existing one another password. A hash names its own parameters. */
export async function writeSmokeUser(database: ClientConfig, { username, passwordHash }: SmokeUser): Promise<void> {
  await withClient(database, (client) =>
    client.query(
      `INSERT INTO loyalty.users (username, password_hash, can_transact) VALUES ($1, $2, true)
       ON CONFLICT (username) DO UPDATE SET password_hash = excluded.password_hash, can_transact = true`,
      [username, passwordHash],
    ),
  );
}

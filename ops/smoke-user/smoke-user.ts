import { hash } from "@node-rs/argon2";
import type { ClientConfig } from "pg";
import { withClient } from "../../dependencies/database/client";

/**
 * Writes the user of the smoke test, who may transact, or gives an existing one another password. A hash names its own parameters, so
 * argon2's defaults, which are above those of the Auth API, serve.
 */
export async function writeSmokeUser(database: ClientConfig, username: string, password: string): Promise<void> {
  const passwordHash = await hash(password);
  await withClient(database, (client) =>
    client.query(
      `INSERT INTO loyalty.users (username, password_hash, can_transact) VALUES ($1, $2, true)
       ON CONFLICT (username) DO UPDATE SET password_hash = excluded.password_hash, can_transact = true`,
      [username, passwordHash],
    ),
  );
}

import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import type { ClientConfig } from "pg";
import { withClient } from "../../dependencies/database/client";

/** The database's user of who operates it; a migration makes it. */
const user = "operator";

/**
 * Gives the database's user `operator` a new password, which AWS's Secrets Manager alone keeps, and has each of its statements logged. A
 * server that would not log them lets it in with no password at all.
 * @param keep stores what RDS Data API logs in with
 * @returns whether there is a password now
 */
export async function renewOperatorPassword(
  database: ClientConfig,
  keep: (secret: { readonly username: string; readonly password: string }) => Promise<unknown>,
): Promise<boolean> {
  const password = randomBytes(32).toString("base64url");
  const isLogged = await withClient(database, async (client) => {
    const { rows } = await client.query<{ loaded: boolean }>(
      "SELECT EXISTS (SELECT FROM pg_settings WHERE name = 'shared_preload_libraries' AND setting ~ '\\mpgaudit\\M') AS loaded",
    );
    if (rows[0]?.loaded !== true) {
      await client.query(`ALTER ROLE ${user} PASSWORD NULL`);
      return false;
    }
    await client.query(`ALTER ROLE ${user} SET pgaudit.log = 'read,write,ddl,role,misc_set'`);
    // A slow statement is logged as it was typed: the password never is in one.
    await client.query(`ALTER ROLE ${user} PASSWORD ${client.escapeLiteral(scramVerifier(password))}`);
    return true;
  });
  if (isLogged) await keep({ username: user, password });
  return isLogged;
}

/** What PostgreSQL keeps of a password: RFC 5803, with the iterations that it takes itself. */
export function scramVerifier(password: string): string {
  const iterations = 4_096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const keyOf = (label: string) => createHmac("sha256", salted).update(label).digest();
  const stored = createHash("sha256").update(keyOf("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${stored}:${keyOf("Server Key").toString("base64")}`;
}

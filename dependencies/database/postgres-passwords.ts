import { withClient } from "./client";

export const superuser = "postgres";

/** Password of the superuser, and of any role given one here: the server listens on 127.0.0.1 alone. */
export const localPassword = "local";

/**
 * Gives every role that may log in and has no password the local one. Migrations set none: on AWS roles log in by IAM
 * token. Takes the superuser's URL of any database of the server.
 */
export async function setLocalPasswords(superuserUrl: string): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "SELECT rolname AS name FROM pg_authid WHERE rolcanlogin AND rolpassword IS NULL",
    );
    for (const { name } of rows) {
      await client.query(`ALTER ROLE ${client.escapeIdentifier(name)} PASSWORD ${client.escapeLiteral(localPassword)}`);
    }
  });
}

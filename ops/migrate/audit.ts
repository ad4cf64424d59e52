import type { ClientConfig } from "pg";
import { withSession } from "../../dependencies/database/migrate/session";

/**
 * Makes the extension pgaudit where the server has loaded its library, so that the log names what a change of the schema was about.
 * A server that could load it and has not is told of: the cluster's parameter takes effect when its instances restart. One
 * without it, as on a developer's machine, is left alone. No migration does this, for each runs once and the restart may come later.
 */
export function ensureAudit(database: ClientConfig, report: (line: string) => void): Promise<void> {
  return withSession(database, {}, report, async (client) => {
    const { rows } = await client.query<{ loaded: boolean; available: boolean; made: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_settings WHERE name = 'shared_preload_libraries' AND setting ~ '\\mpgaudit\\M') AS loaded,
              EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pgaudit') AS available,
              EXISTS (SELECT FROM pg_available_extensions
                      WHERE name = 'pgaudit' AND installed_version = default_version) AS made`,
    );
    const [{ loaded, available, made } = { loaded: false, available: false, made: false }] = rows;
    if (loaded && !made) {
      // Each major version of PostgreSQL has one of its own, and no way from the one before.
      await client.query("DROP EXTENSION IF EXISTS pgaudit; CREATE EXTENSION pgaudit");
      report("made the extension pgaudit");
    }
    if (available && !loaded) {
      report("pgaudit is not loaded: the instances must restart once (docs/runbooks/upgrade-database.md)");
    }
  });
}

import { join } from "node:path";
import { databaseName, databaseUser } from "../../config/names";
import { freePort } from "../free-port";
import type { SetUpLocally } from "../local-dependency";
import { postgresUrl, startPostgres } from "./postgres";
import { prepareProgram } from "./prepare-program";

/** The console shows the slowest statements. */
const settings = { shared_preload_libraries: "pg_stat_statements" };

/** PostgreSQL from npm, brought to the schema of migrations/, with the services' development data. */
export const database: SetUpLocally = async ({ folder, services, keep, run }) => {
  const port = await freePort();
  return {
    steps: [
      {
        title: "PostgreSQL",
        run: async () => {
          const data = join(folder, "postgres");
          await keep({ name: "postgres", start: (start) => startPostgres({ ...start, folder: data, port, settings }) });
          return `127.0.0.1:${port}`;
        },
      },
      {
        title: "Migrations and development data",
        run: async () => {
          await run(prepareProgram(services, postgresUrl(port, databaseName)));
          return undefined;
        },
      },
    ],
    // The whole of it, as its superuser: the console shows what no service may see.
    routerVariables: { DATABASE_URL: postgresUrl(port, databaseName) },
    variables: ({ product }) => ({ DATABASE_URL: postgresUrl(port, databaseName, databaseUser(product)) }),
  };
};

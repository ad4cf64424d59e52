import { migrate } from "../dependencies/database/migrate/migrate";
import { checked } from "../dependencies/database/migrate/migration";
import { localPassword } from "../dependencies/database/postgres-passwords";
import { query, testServer } from "./database";

/** A server as RDS makes it, with every migration applied: the master user is no superuser, and there is a role rds_iam. */
export async function serverLikeRds(): ReturnType<typeof testServer> {
  const server = await testServer();
  await query(server.url("postgres"), `CREATE ROLE master LOGIN CREATEROLE CREATEDB PASSWORD '${localPassword}'`);
  await query(server.url("postgres"), "CREATE ROLE rds_iam");
  await query(server.url("postgres"), "GRANT rds_iam TO master WITH ADMIN OPTION");
  await query(server.url("postgres", "master"), "CREATE DATABASE platform");
  await migrate({
    database: { connectionString: server.url("platform", "master") },
    direction: "up",
    load: async (path) => checked(path, await import(path)),
    report: () => {},
  });
  return server;
}

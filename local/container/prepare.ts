import { setLocalPasswords } from "../../dependencies/database/postgres-passwords";
import { migrate } from "../database";
import { seedLoyalty } from "../seed";

/** The job that runs before the services: schema, passwords of their roles, development data. Runs any number of times. */
const { DATABASE_URL: url = "" } = process.env;
const log = (line: string) => process.stdout.write(`${line}\n`);
await migrate({ url, runner: ["migrate.mjs", "up", "--folder", "migrations"], environment: {}, log });
await setLocalPasswords(url);
await seedLoyalty(url);

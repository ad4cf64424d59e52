import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Service } from "../../config/service";
import type { LocalProgram } from "../local-dependency";

/** Development data of a service: a file in its folder that may run any number of times. */
export const seedsOf = (services: readonly Service[]): readonly string[] =>
  services.map(({ entry }) => join(entry, "seed.sql")).filter((file) => existsSync(file));

/** The program that makes the database ready for the services: prepare.ts. `url` is the database as its superuser. */
export const prepareProgram = (services: readonly Service[], url: string): LocalProgram => ({
  name: "prepare",
  entry: "dependencies/database/prepare.ts",
  variables: { DATABASE_URL: url, SEEDS: seedsOf(services).join(",") },
});

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { services } from "../../config/services";
import { buildContainerPrograms } from "./build-programs";

/** What the image runs: every program, and the migrations as the archive of ops/build-migrations/command.ts has them. */
const folder = "build/container";
await buildContainerPrograms(services, folder);
for (const [name, content] of Object.entries(unzipSync(readFileSync("build/migrations.zip")))) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

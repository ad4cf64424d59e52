import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { migrationsArtifact } from "../../../ops/build-migrations/artifact";
import { emptyDatabase } from "../../database";

const BuildSpec = z.object({ phases: z.object({ build: z.object({ commands: z.array(z.string()) }) }) });

test("the archive migrates a database with nothing beside it: no packages, no proxy, no network but the database", async () => {
  const folder = mkdtempSync(join(tmpdir(), "artifact-"));
  const database = await emptyDatabase();
  try {
    writeFileSync(join(folder, "migrations.zip"), await migrationsArtifact());
    execFileSync("unzip", ["-q", "migrations.zip"], { cwd: folder });
    const { phases } = BuildSpec.parse(parse(readFileSync(join(folder, "buildspec.yml"), "utf8")));
    const output = phases.build.commands.map((command) =>
      execFileSync("sh", ["-ec", command], {
        cwd: folder,
        encoding: "utf8",
        // No HOME, no proxy: nothing of this machine but its programs.
        env: { PATH: process.env.PATH, DATABASE_URL: database.adminUrl },
      }),
    );
    expect(output[0]).toMatch(/^up 20261101000000000_create-roles \d+ ms\n/);
    expect(output[1]).not.toContain("waits");
    expect(output[1]).toContain("create-roles");
  } finally {
    await database.drop();
    rmSync(folder, { recursive: true });
  }
});

test("the same source gives the same archive", async () => {
  expect(await migrationsArtifact()).toEqual(await migrationsArtifact());
});

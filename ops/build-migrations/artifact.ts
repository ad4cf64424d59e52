import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, type Plugin, transform } from "esbuild";
import { shippedTarget } from "../../config/node";
import { migrationName } from "../../dependencies/database/migrate/migration";
import { type ZipEntry, zip } from "../program/zip";

/** Where the job finds its archive. */
export const migrationsArchive = "build/migrations.zip";

/**
 * The archive that migrates a database from inside its network: `migrate.mjs` (the runner), `smoke-user.mjs` and `operator-password.mjs` with every package
 * they use, the compiled migrations, and the `buildspec.yml` that the job follows. The same source gives the same bytes.
 */
export async function migrationsArtifact(folder = "migrations"): Promise<Buffer> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".ts"));
  return zip([
    ...(await bundledPrograms()),
    { name: "buildspec.yml", content: await readFile("ops/build-migrations/buildspec.yml") },
    ...(await Promise.all(files.map((file) => compiled(folder, file)))),
  ]);
}

async function compiled(folder: string, file: string): Promise<ZipEntry> {
  const { code } = await transform(await readFile(join(folder, file), "utf8"), { loader: "ts", format: "esm" });
  return { name: `migrations/${migrationName(file)}.mjs`, content: code };
}

async function bundledPrograms(): Promise<ZipEntry[]> {
  const { outputFiles } = await build({
    entryPoints: {
      migrate: "ops/migrate/command.ts",
      "smoke-user": "ops/smoke-user/command.ts",
      "operator-password": "ops/operator-password/command.ts",
    },
    bundle: true,
    // What both use is in the archive once.
    splitting: true,
    outdir: ".",
    outExtension: { ".js": ".mjs" },
    write: false,
    minify: true,
    format: "esm",
    platform: "node",
    target: shippedTarget,
    mainFields: ["module", "main"],
    // Our own workspaces go in from their sources.
    conditions: ["@platform/source"],
    // Asked for only by TypeScript migrations, and only when installed.
    external: ["esbuild", "pg-native"],
    plugins: [withoutJiti],
    // Packages that are CommonJS still call require for Node's own modules.
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
    logLevel: "error",
  });
  return outputFiles.map(({ path, contents }) => ({ name: basename(path), content: contents }));
}

/** node-pg-migrate makes a jiti, a compiler of 2 MB, when it is loaded; the archive's migrations are compiled. */
const withoutJiti: Plugin = {
  name: "without-jiti",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^jiti$/ }, () => ({ path: "jiti", namespace: "none" }));
    onLoad({ filter: /^jiti$/, namespace: "none" }, () => ({ contents: "export const createJiti = () => undefined;" }));
  },
};

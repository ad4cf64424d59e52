import { isBuiltin } from "node:module";
import { build } from "esbuild";
import type { Service } from "../../config/service";
import { entryFile, programOptions } from "../bundle";
import { usedDependencies } from "./compose";

/** Everything that the image holds, by its path in it without the extension; a program's is the name of its container. */
export function containerFiles(services: readonly Service[]): Readonly<Record<string, string>> {
  return {
    ...Object.assign({}, ...[...usedDependencies(services).values()].map(({ files }) => files)),
    ...Object.fromEntries(services.map(({ name, entry }) => [name, entryFile(entry)])),
    router: entryFile("local/router"),
    healthcheck: "local/container/healthcheck.ts",
  };
}

/** Packages that are no JavaScript alone, so the image has them beside its programs: a native part, pages to serve. */
export const installed = ["@node-rs/argon2", "swagger-ui-dist"] as const;

/** Bundles them into a folder, one `name.mjs` each, with their packages. Returns the names of those that they import as they run. */
export async function buildContainerPrograms(
  services: readonly Service[],
  folder: string,
): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    entryPoints: Object.entries(containerFiles(services)).map(([name, file]) => ({ in: file, out: name })),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    ...programOptions,
    packages: "bundle",
    external: [...installed, "esbuild"],
    // What several programs use stands once, beside them.
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    mainFields: ["module", "main"],
    banner: { js: 'import{createRequire as requireFrom}from"node:module";const require=requireFrom(import.meta.url);' },
    // Inside the files: the migrations' folder holds nothing but migrations.
    sourcemap: "inline",
    loader: { ...programOptions.loader, ".sql": "copy" },
    logLevel: "error",
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  const packages = imports.filter((path) => !isBuiltin(path) && !path.endsWith(".mjs")).map(packageOf);
  return new Set(packages);
}

/** `@scope/name` or `name`, without a path inside the package. */
const packageOf = (path: string) =>
  path
    .split("/")
    .slice(0, path.startsWith("@") ? 2 : 1)
    .join("/");

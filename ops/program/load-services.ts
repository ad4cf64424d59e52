import { mkdir, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Service as Entry } from "../../config/services";
import type { Service } from "../../runtime/service";

/** What services declare of themselves, by name. */
export type Declarations = ReadonlyMap<string, Service>;

/** Loads a module by its path, without its ending. */
export type LoadModule = (path: string) => Promise<{ readonly default: Service }>;

/** Bundles a module, since Node cannot read TypeScript, and imports it. Its packages stay in node_modules. */
const bundled: LoadModule = async (path) => {
  const folder = resolve(".cache/declarations");
  const outfile = `${folder}/${path.replaceAll(/\W+/g, "-")}-${process.pid}.mjs`;
  await mkdir(folder, { recursive: true });
  try {
    await build({
      entryPoints: [`${path}.ts`],
      outfile,
      bundle: true,
      packages: "external",
      format: "esm",
      platform: "node",
      logLevel: "silent",
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(outfile, { force: true });
  }
};

/** Loads what each service of a table declares in its app.ts. Throws when a folder has none. */
export async function loadServices(services: readonly Entry[], load: LoadModule = bundled): Promise<Declarations> {
  const modules = services.map(async ({ name, entry }) => [name, (await load(`${entry}/app`)).default] as const);
  return new Map(await Promise.all(modules));
}

import { isBuiltin } from "node:module";
import { build } from "esbuild";
import type { Service } from "../../config/services";
import { entryFile, programOptions } from "../bundle";

/** Every program that the image can be told to run, by the name its container has. */
export function containerPrograms(services: readonly Service[]): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(services.map(({ name, entry }) => [name, entryFile(entry)])),
    router: entryFile("local/router"),
    s3: "dependencies/imports/stand-in.ts",
    resolver: "dependencies/internet/stand-in.ts",
    prepare: "local/container/prepare.ts",
    healthcheck: "local/container/healthcheck.ts",
  };
}

/** Bundles them into a folder, one `name.mjs` each. Returns the names of the packages that they import as they run. */
export async function buildContainerPrograms(
  services: readonly Service[],
  folder: string,
): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    entryPoints: Object.entries(containerPrograms(services)).map(([name, file]) => ({ in: file, out: name })),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    ...programOptions,
    logLevel: "error",
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  const packages = imports.filter((path) => !isBuiltin(path)).map(packageOf);
  return new Set(packages);
}

/** `@scope/name` or `name`, without a path inside the package. */
const packageOf = (path: string) =>
  path
    .split("/")
    .slice(0, path.startsWith("@") ? 2 : 1)
    .join("/");

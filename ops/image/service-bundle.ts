import { build } from "esbuild";
import { shippedTarget } from "../../config/node";
import { Failure } from "../../runtime/failure";
import { serviceEntries, serviceEntry } from "../../runtime/service-entry";

/** A service as its image holds it: one file and its source map. */
export interface ServiceBundle {
  readonly files: readonly { readonly name: string; readonly contents: Uint8Array }[];
  /** Folders of the packages that went into it, such as `node_modules/pg`. */
  readonly packages: ReadonlySet<string>;
}

/**
 * Bundles a service's process with its packages. What only a function leaves out, such as where a task's credentials come
 * from, stays in.
 * @throws Failure when it cannot be one file: a package with a part for one kind of processor, for example
 */
export async function bundleService(entry: string): Promise<ServiceBundle> {
  const { metafile, outputFiles } = await build({
    entryPoints: [serviceEntry("process", entry)],
    outfile: "service.mjs",
    bundle: true,
    write: false,
    metafile: true,
    loader: { ".html": "text" },
    format: "esm",
    platform: "node",
    target: shippedTarget,
    mainFields: ["module", "main"],
    // Packages that are CommonJS still call require for Node's own modules.
    banner: { js: 'import{createRequire as requireFrom}from"node:module";const require=requireFrom(import.meta.url);' },
    legalComments: "none",
    // A stack trace names file and line; the sources themselves stay in the repository.
    sourcemap: "linked",
    sourcesContent: false,
    plugins: [serviceEntries],
    logLevel: "silent",
  }).catch((error: Error) => {
    throw new Failure(`${entry} cannot be bundled into one file: ${error.message}`);
  });
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? packageFolder(path) : [])),
  );
  return {
    files: outputFiles.map(({ path, contents }) => ({ name: path.slice(path.lastIndexOf("/") + 1), contents })),
    packages: new Set(used),
  };
}

/** The folder of the package that holds a file; none for a file of ours. */
function packageFolder(path: string): string[] {
  const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [];
  return folder === undefined ? [] : [folder];
}

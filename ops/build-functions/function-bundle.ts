import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { type BuildOptions, build, type OutputFile, type Plugin } from "esbuild";
import { shippedTarget } from "../../config/node";
import { serviceEntries, serviceEntry } from "../../runtime/service-entry";

/** A file of a function's bundle. */
export interface BundledFile {
  readonly name: string;
  readonly contents: Uint8Array;
}

/** The module that is loaded only when it is needed, and so gets a file of its own. */
const lazyModule = resolve("runtime/aws-sdk.ts");

/** Points `import("./aws-sdk")` at the file beside index.mjs, instead of into it. */
const lazy: Plugin = {
  name: "lazy",
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/aws-sdk$/ }, ({ path, resolveDir, kind }) =>
      kind === "dynamic-import" && resolve(resolveDir, `${path}.ts`) === lazyModule
        ? { path: "./aws-sdk.mjs", external: true }
        : undefined,
    );
  },
};

/** Leaves out what app.ts imports only when it runs it: the work beside a process's server, which no function has. */
const processAlone: Plugin = {
  name: "process-alone",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\// }, ({ path, importer, kind }) =>
      kind === "dynamic-import" && basename(importer) === "app.ts" ? { path, external: true } : undefined,
    );
  },
};

/**
 * The SDK describes every shape of a service in one file of arrays. esbuild keeps those whose objects have computed
 * keys, since computing a key might do something; here it does not, and saying so drops the shapes that nothing uses.
 */
const pureSchemas: Plugin = {
  name: "pure-schemas",
  setup: ({ onLoad }) => {
    onLoad({ filter: /schemas[\\/]schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll(
        /^((?:export )?var \w+\$? = )(\[[\s\S]*?\]);$/gm,
        "$1/* @__PURE__ */ (() => $2)();",
      ),
      loader: "js",
    }));
  },
};

/** What a function never uses of its packages, each for the reason beside it. */
const replacements: Readonly<Record<string, string>> = {
  // On Lambda credentials come from the environment: no profile, no single sign-on, no metadata service.
  "@aws-sdk/credential-provider-node":
    'import { fromEnv } from "@aws-sdk/credential-provider-env"; export const defaultProvider = () => fromEnv();',
  // Only S3's SelectObjectContent streams events.
  "@smithy/core/event-streams":
    "export const eventStreamSerdeProvider = () => undefined; export const resolveEventStreamSerdeConfig = (config) => config;",
  // A function's lines go straight to standard output: no transport in a thread, none to flush on exit, none redacted,
  // since what must not be logged is never given to the logger.
  "thread-stream": "module.exports = undefined;",
  "on-exit-leak-free": "module.exports = undefined;",
  "@pinojs/redact": "module.exports = undefined;",
};

const replaced: Plugin = {
  name: "replaced",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(@aws-sdk|@smithy|@pinojs|thread-stream|on-exit-leak-free)/ }, ({ path }) =>
      path in replacements ? { path, namespace: "replaced" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "replaced" }, ({ path }) => ({
      contents: replacements[path] ?? "",
      resolveDir: process.cwd(),
      loader: "js",
    }));
  },
};

const options = {
  bundle: true,
  write: false,
  minify: true,
  legalComments: "none",
  format: "esm",
  platform: "node",
  target: shippedTarget,
  // ES modules first: the tree of an SDK shakes to a third of its CommonJS size.
  mainFields: ["module", "main"],
  // Packages that are CommonJS still call require for Node's own modules.
  banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
  outdir: "bundle",
  outExtension: { ".js": ".mjs" },
  logLevel: "silent",
  plugins: [serviceEntries, processAlone, lazy, pureSchemas, replaced],
} as const satisfies BuildOptions;

/**
 * Bundles a service's folder as a function: `index.mjs`, and `aws-sdk.mjs`, which index.mjs imports when it first needs
 * it. Two builds rather than one with `splitting`: esbuild keeps whatever a dynamic import might reach, and each chunk
 * costs a cold start its milliseconds (make bench measures both size and load).
 */
export async function bundleFunction(folder: string): Promise<BundledFile[]> {
  const outputs = await Promise.all([
    build({ ...options, plugins: [...options.plugins], entryPoints: { index: serviceEntry("function", folder) } }),
    build({ ...options, plugins: [...options.plugins], entryPoints: { "aws-sdk": lazyModule } }),
  ]);
  return outputs.flatMap(({ outputFiles }) => outputFiles.map(named));
}

const named = ({ path, contents }: OutputFile): BundledFile => ({ name: basename(path), contents });

import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { type BuildOptions, build, type OutputFile, type Plugin } from "esbuild";
import { shippedTarget } from "../../config/node";
import { serviceEntries, serviceEntry } from "../../runtime/service-entry";
import { functionPlatform, type NativePlatform, nativePart } from "./native-part";

/** A file of a function's bundle. */
export interface BundledFile {
  readonly name: string;
  readonly contents: Uint8Array;
}

/** Folders of modules that are loaded only when they are needed: those of one that a function can reach share a file of its bundle. */
const lazyFolders = ["aws-sdk", "telemetry"] as const;
const fileOf = (folder: string) => `${folder}.mjs`;

/** Points `import("./aws-sdk/s3")` at the file beside index.mjs, instead of into it, and notes in `parts` who was asked for. */
const lazy = (parts: Set<string>): Plugin => ({
  name: "lazy",
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/(aws-sdk|telemetry)\/[\w-]+$/ }, ({ path, resolveDir, kind }) => {
      const part = resolve(resolveDir, path);
      const folder = lazyFolders.find((name) => dirname(part) === resolve("runtime", name));
      if (kind !== "dynamic-import" || folder === undefined) return undefined;
      parts.add(part);
      return { path: `./${fileOf(folder)}`, external: true };
    });
  },
});

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
  // A function is frozen after its answer, so its spans go to X-Ray's daemon: a collector would get them late, or never.
  "./telemetry/collector": "export const collectorTracing = () => undefined;",
  // A function adds jobs to Redis. BullMQ's other store, in PostgreSQL, and its timetables are half of its code.
  "cron-parser":
    'export const CronExpressionParser = { parse() { throw new Error("a function has no repeated jobs: a worker adds them"); } };',
};

const replaced: Plugin = {
  name: "replaced",
  setup: ({ onResolve, onLoad }) => {
    onResolve(
      { filter: /^(@aws-sdk|@smithy|@pinojs|thread-stream|on-exit-leak-free|cron-parser|\.\/telemetry\/)/ },
      ({ path }) => (path in replacements ? { path, namespace: "replaced" } : undefined),
    );
    onLoad({ filter: /bullmq[\\/]dist[\\/]esm[\\/]postgres[\\/]index\.js$/ }, () => ({ contents: "export {};" }));
    onLoad({ filter: /.*/, namespace: "replaced" }, ({ path }) => ({
      contents: replacements[path] ?? "",
      resolveDir: process.cwd(),
      loader: "js",
    }));
  },
};

/**
 * Packages with a native part, by the name of the file beside index.mjs that is theirs. Any other package with one fails
 * to build here, rather than on Lambda.
 */
const nativePackages: Readonly<Record<string, string>> = { "@node-rs/argon2": "argon2.node" };

/** Loads native parts from the file beside index.mjs, and notes in `found` whose. */
const native = (found: Set<string>): Plugin => ({
  name: "native",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@node-rs\// }, ({ path }) => {
      if (!(path in nativePackages)) return undefined;
      found.add(path);
      return { path, namespace: "native" };
    });
    onResolve({ filter: /^\.\//, namespace: "native" }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: "native" }, ({ path }) => ({
      contents: `module.exports = require("./${nativePackages[path]}");`,
      loader: "js",
    }));
  },
});

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
} as const satisfies BuildOptions;

/**
 * Bundles a service's folder as a function: `index.mjs`, what its packages have of native parts, `aws-sdk.mjs`, which
 * index.mjs imports when it first needs it and which holds the parts of the SDK that this service can ask for, and
 * `telemetry.mjs`, which it imports when its spans go somewhere. Builds of their own rather than one with `splitting`: esbuild keeps whatever a dynamic import might reach, and each chunk costs a cold start
 * its milliseconds (make bench measures both size and load).
 *
 * @param platform whose native parts. @default Lambda's
 */
export async function bundleFunction(
  folder: string,
  platform: NativePlatform = functionPlatform,
): Promise<BundledFile[]> {
  const parts = new Set<string>();
  const natives = new Set<string>();
  const index = await build({
    ...options,
    entryPoints: { index: serviceEntry("function", folder) },
    plugins: [serviceEntries, processAlone, replaced, lazy(parts), native(natives), pureSchemas],
  });
  return [
    ...index.outputFiles.map(named),
    ...(await Promise.all(lazyFolders.map((folder) => lazyFile(folder, parts)))).flat(),
    ...(await Promise.all(
      [...natives].map(async (name) => ({
        name: nativePackages[name] ?? name,
        contents: await nativePart(name, platform),
      })),
    )),
  ];
}

/** The file of a folder's modules, of those that were asked for; none when none was. */
async function lazyFile(folder: string, parts: ReadonlySet<string>): Promise<BundledFile[]> {
  const own = [...parts].filter((part) => basename(dirname(part)) === folder).sort();
  if (own.length === 0) return [];
  const contents = own.map((part) => `export * from ${JSON.stringify(part)};`).join("\n");
  const built = lazyBuilds.get(contents) ?? buildLazy(folder, contents);
  lazyBuilds.set(contents, built);
  return (await built).map((file) => ({ ...named(file), name: fileOf(folder) }));
}

/** What modules to export -> their build: functions that ask for the same share it. */
const lazyBuilds = new Map<string, Promise<OutputFile[]>>();

async function buildLazy(folder: string, contents: string): Promise<OutputFile[]> {
  const { outputFiles } = await build({
    ...options,
    stdin: { contents, resolveDir: process.cwd(), sourcefile: `${folder}.js` },
    plugins: [pureSchemas, replaced],
  });
  return outputFiles;
}

const named = ({ path, contents }: OutputFile): BundledFile => ({ name: basename(path), contents });

// Runs a TypeScript program: `node ops/run.mjs ops/migrate/command.ts up`. esbuild bundles the project's own files (packages stay
// in node_modules) in some 50 ms; ts-node, the template's default, compiles types first and takes seconds (make bench).
// A bundle is kept in .cache/run and used again for as long as each file that went into it has the same content.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) {
  process.stderr.write("usage: node ops/run.mjs PROGRAM.ts [arguments]\n");
  process.exit(2);
}
const folder = join(process.cwd(), ".cache", "run");
const name = entry.replaceAll(/[^a-z0-9]+/gi, "-");
// Names the bundle, and the sum of each file that it was made of.
const record = join(folder, `${name}-${sum(resolve(entry))}.json`);
const aDay = 24 * 60 * 60 * 1000;

const bundle = kept() ?? (await built());
process.setSourceMapsEnabled(true);
process.on("uncaughtExceptionMonitor", () => process.setSourceMapsEnabled(true));
process.argv = [process.argv[0], resolve(entry), ...args];
await import(pathToFileURL(bundle).href);

function kept() {
  try {
    const { outfile, sources } = JSON.parse(readFileSync(record, "utf8"));
    if (!Object.entries(sources).every(([file, known]) => sum(readFileSync(file)) === known)) return undefined;
    utimesSync(outfile, new Date(), new Date());
    return outfile;
  } catch {
    return undefined;
  }
}

async function built() {
  const { build } = await import("esbuild");
  // What decides beside the program's files: how names resolve, esbuild's version, and this file.
  const sources = summed(["tsconfig.json", "package-lock.json", fileURLToPath(import.meta.url)]);

  // cdktf and its bindings are CommonJS in some hundred files. Imported, Node would parse each twice to find its exports;
  // required, once.
  const required = {
    name: "required",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(cdktf|constructs|@cdktf\/provider-[a-z]+\/lib\/[a-z0-9-]+)$/ }, ({ path }) => ({
        path,
        namespace: "required",
      }));
      onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => ({
        contents: `module.exports = requireFromProject(${JSON.stringify(path)})`,
      }));
    },
  };

  // Our own workspaces are bundled from their sources like any file of ours.
  const workspaces = {
    name: "workspaces",
    setup({ onResolve }) {
      onResolve({ filter: /^@platform\// }, ({ path }) => ({
        path: resolve(path.replace("@platform", "packages"), "src/index.ts"),
        // A program that takes an error class from a package does not load what that package runs with.
        sideEffects: false,
      }));
    },
  };

  // Each sum is of the very bytes that are bundled, even where a file is saved meanwhile.
  const recorded = {
    name: "recorded",
    setup({ onLoad }) {
      onLoad({ filter: /.*/, namespace: "file" }, ({ path }) => {
        const contents = readFileSync(path);
        sources[path] = sum(contents);
        return { contents, loader: "default" };
      });
    },
  };

  const { outputFiles } = await build({
    entryPoints: [resolve(entry)],
    outfile: join(folder, "program.mjs"),
    write: false,
    bundle: true,
    loader: { ".css": "text", ".html": "text" },
    packages: "external",
    plugins: [required, workspaces, recorded],
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "inline",
    // The sources are there to be looked at: in the map they would be half of what Node reads at each start.
    sourcesContent: false,
    // Stacks are mapped to the sources when they are printed: cdktf looks at one for each token, by the thousand.
    banner: {
      js: [
        'import { createRequire as requireAt } from "node:module";',
        'const requireFromProject = requireAt(process.cwd() + "/");',
        "process.setSourceMapsEnabled(false);",
      ].join(""),
    },
    logLevel: "error",
  }).catch(() => process.exit(1));

  const { contents } = outputFiles[0];
  const outfile = join(folder, `${name}-${sum(contents)}.mjs`);
  mkdirSync(folder, { recursive: true });
  forgetUnused();
  writeWhole(outfile, contents);
  writeWhole(record, JSON.stringify({ outfile, sources }));
  return outfile;
}

function sum(content) {
  return createHash("sha1").update(content).digest("hex");
}

function summed(files) {
  return Object.fromEntries(files.filter((file) => existsSync(file)).map((file) => [file, sum(readFileSync(file))]));
}

/** Two programs that start at once never read each other's half-written file. */
function writeWhole(file, content) {
  const half = `${file}.${process.pid}`;
  writeFileSync(half, content);
  renameSync(half, file);
}

/** Bundles that no program has started from since yesterday. */
function forgetUnused() {
  for (const file of readdirSync(folder).map((file) => join(folder, file))) {
    if (Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > aDay) rmSync(file, { force: true });
  }
}

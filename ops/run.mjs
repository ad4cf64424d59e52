// Runs a TypeScript program: `node ops/run.mjs ops/migrate/command.ts up`. esbuild bundles the project's own files (packages stay
// in node_modules) in some 50 ms; ts-node, the template's default, compiles types first and takes seconds (make bench).
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) {
  process.stderr.write("usage: node ops/run.mjs PROGRAM.ts [arguments]\n");
  process.exit(2);
}
const folder = join(process.cwd(), ".cache", "run");
mkdirSync(folder, { recursive: true });
// One file a process: two programs that start at once never read each other's half-written bundle.
const outfile = join(folder, `${entry.replaceAll(/[^a-z0-9]+/gi, "-")}-${process.pid}.mjs`);

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
    }));
  },
};

await build({
  entryPoints: [resolve(entry)],
  outfile,
  bundle: true,
  packages: "external",
  plugins: [required, workspaces],
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: "inline",
  // Stacks are mapped to the sources when they are printed: cdktf looks at one for each token, by the thousand.
  banner: {
    js: [
      'import { createRequire } from "node:module";',
      'const requireFromProject = createRequire(process.cwd() + "/");',
      "process.setSourceMapsEnabled(false);",
    ].join(""),
  },
  logLevel: "error",
}).catch(() => process.exit(1));

process.setSourceMapsEnabled(true);
process.on("uncaughtExceptionMonitor", () => process.setSourceMapsEnabled(true));
process.argv = [process.argv[0], resolve(entry), ...args];
try {
  await import(pathToFileURL(outfile).href);
} finally {
  rmSync(outfile, { force: true });
}

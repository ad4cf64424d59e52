// Builds a package for publication into its dist/: npm runs it in the package's folder before it packs (prepack).
// The package's own files are bundled, one file for each bin and each export; its npm dependencies stay outside.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { build } from "esbuild";

const folder = process.cwd();
const packages = resolve(import.meta.dirname, "..", "packages");
const dist = join(folder, "dist");
// Files that the package reads while it runs, in a folder of their own beside its programs.
const { bin, exports, dataFiles = [] } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const source = (built) => join(folder, built).replace("/dist/", "/src/").replace(/\.js$/, ".ts");
const bins = Object.values(bin).map(source);
// A package may export files that are no programs.
const libraries = Object.values(exports)
  .map((entry) => entry.default ?? entry)
  .filter((entry) => entry.endsWith(".js"))
  .map(source);

rmSync(dist, { recursive: true, force: true });
const bundle = (entryPoints, banner) =>
  build({
    entryPoints,
    banner: { js: banner },
    outdir: dist,
    bundle: true,
    loader: { ".css": "text" },
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "error",
  });
if (dataFiles.length > 0) mkdirSync(join(dist, "data"), { recursive: true });
for (const file of dataFiles) copyFileSync(join(folder, file), join(dist, "data", basename(file)));
await Promise.all([bundle(bins, "#!/usr/bin/env node"), bundle(libraries, "")]);

// Another package's types are found in its sources, as everywhere in this repository, and are not written here.
const declarations = join(dist, "declarations");
const project = join(dist, "tsconfig.json");
const settings = {
  extends: "../../../tsconfig.json",
  files: libraries,
  include: ["../src/**/*.d.ts"],
  exclude: [],
  compilerOptions: {
    types: ["node"],
    incremental: false,
    // make check has checked them.
    noCheck: true,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: packages,
    outDir: declarations,
  },
};
writeFileSync(project, JSON.stringify(settings));
execFileSync(process.execPath, [resolve(packages, "../node_modules/typescript-native/bin/tsc"), "-p", project]);
const own = join(declarations, basename(folder), "src");
for (const name of readdirSync(own, { recursive: true }).filter((name) => name.endsWith(".d.ts"))) {
  mkdirSync(dirname(join(dist, name)), { recursive: true });
  const text = readFileSync(join(own, name), "utf8");
  // Node's own resolution wants the whole name of a file.
  writeFileSync(join(dist, name), text.replaceAll(/((?:from|import) ?\(?")(\.[^"]+)"/g, '$1$2.js"'));
}
for (const path of [declarations, project]) rmSync(path, { recursive: true });

// Builds a package for publication into its dist/: npm runs it in the package's folder before it packs (prepack).
// The package's own files are bundled, one file for each bin and each export; its npm dependencies stay outside.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import ts from "typescript";

const folder = process.cwd();
const packages = resolve(import.meta.dirname, "..", "packages");
const dist = join(folder, "dist");
const { bin, exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const source = (built) => join(folder, built).replace("/dist/", "/src/").replace(/\.js$/, ".ts");
const bins = Object.values(bin).map(source);
const libraries = Object.values(exports).map((entry) => source(entry.default ?? entry));

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
await Promise.all([bundle(bins, "#!/usr/bin/env node"), bundle(libraries, "")]);

// Another package's types are found in its sources, as everywhere in this repository, and are not written here.
const project = resolve(packages, "..", "tsconfig.json");
const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(project, ts.sys.readFile).config, ts.sys, packages);
const ambient = ts.sys.readDirectory(join(folder, "src"), [".d.ts"]);
const { emit } = ts.createProgram([...libraries, ...ambient], {
  ...options,
  types: ["node"],
  incremental: false,
  tsBuildInfoFile: undefined,
  // make check has checked them.
  noCheck: true,
  noEmit: false,
  declaration: true,
  emitDeclarationOnly: true,
  rootDir: packages,
  outDir: packages,
});
const own = join(packages, basename(folder), "src");
emit(undefined, (file, text) => {
  if (!file.startsWith(own)) return;
  const declarations = file.replace(own, dist);
  mkdirSync(dirname(declarations), { recursive: true });
  // Node's own resolution wants the whole name of a file.
  writeFileSync(declarations, text.replaceAll(/((?:from|import) ?\(?")(\.[^"]+)"/g, '$1$2.js"'));
});

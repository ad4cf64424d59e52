import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type BuildContext, type BuildOptions, context } from "esbuild";
import { serviceEntries, serviceEntry } from "../runtime/service-entry";
import { browserPages, sourcesOf } from "./browser-page";

/** A service's own source in one file, and beside it what it loads when it first needs it; packages stay in node_modules. */
export interface Bundle {
  readonly file: string;
  /** Short hash of the code: two equal ones behave alike. */
  readonly version: string;
  /** The source files it was made of, as absolute paths. */
  readonly inputs: ReadonlySet<string>;
}

/** How a program of ours is bundled, for this machine and for a container alike: its packages stay in node_modules. */
export const programOptions = {
  bundle: true,
  loader: { ".css": "text" },
  plugins: [serviceEntries, browserPages],
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  // Beside the code, not in it: a comment that moves lines changes the map, not the service.
  sourcemap: "linked",
  metafile: true,
} satisfies BuildOptions;

/** Bundles one entry again and again, some 10 ms after the first time. */
export class Bundler {
  readonly #file: string;
  readonly #context: Promise<BuildContext<{ metafile: true }>>;

  /** `entry` is what `entryFile` returns, `folder` where `name.mjs` is written. */
  constructor(name: string, entry: string, folder: string) {
    this.#file = resolve(folder, `${name}.mjs`);
    this.#context = context({
      entryPoints: [{ in: entry, out: name }],
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      ...programOptions,
      // A package that such a part imports would be loaded at the start, were the part in the same file.
      splitting: true,
      chunkNames: "chunks/[name]-[hash]",
      logLevel: "silent",
    });
  }

  /** Throws esbuild's errors, each with file and line. */
  async build(): Promise<Bundle> {
    const { metafile } = await (await this.#context).rebuild();
    const version = createHash("sha256").update(readFileSync(this.#file)).digest("hex").slice(0, 7);
    const sources = Object.keys(metafile.inputs).flatMap(sourcesOf);
    return { file: this.#file, version, inputs: new Set(sources.map((path) => resolve(path))) };
  }

  async dispose(): Promise<void> {
    await (await this.#context).dispose();
  }
}

/** Bundles one entry for a single run; returns the file. */
export async function bundleOnce(name: string, entry: string, folder: string): Promise<string> {
  const bundler = new Bundler(name, entry, folder);
  try {
    return (await bundler.build()).file;
  } finally {
    await bundler.dispose();
  }
}

/**
 * What starts a process: the file itself, the kit's program for a folder with an `app.ts`, or a folder's `main.ts`.
 * Throws when there is none.
 */
export function entryFile(entry: string): string {
  if (existsSync(join(entry, "app.ts"))) return serviceEntry("process", entry);
  const file = entry.endsWith(".ts") ? entry : join(entry, "main.ts");
  if (!existsSync(file)) throw new Error(`${file} does not exist: its process starts there`);
  return file;
}

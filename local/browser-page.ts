import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";

/** Lets a program import `./page/main.tsx?page`: the script of a page, bundled for the browser with its packages, as text. */
export const browserPages: Plugin = {
  name: "browser-pages",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /\.tsx?\?page$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.slice(0, -"?page".length)),
      namespace: "page",
    }));
    onLoad({ filter: /./, namespace: "page" }, async ({ path }) => {
      const { outputFiles } = await build({
        entryPoints: [path],
        bundle: true,
        minify: true,
        format: "esm",
        platform: "browser",
        target: "es2022",
        jsx: "automatic",
        jsxImportSource: "preact",
        legalComments: "none",
        write: false,
        logLevel: "silent",
      });
      return { contents: outputFiles[0]?.text ?? "", loader: "text" };
    });
  },
};

/** The source files of an input of esbuild's metafile: the file itself, or the folder of a page. None for a generated one. */
export function sourcesOf(input: string): readonly string[] {
  if (input.startsWith("page:")) {
    const folder = dirname(input.slice("page:".length));
    return readdirSync(folder).map((name) => join(folder, name));
  }
  return input.startsWith("service:") ? [] : [input];
}

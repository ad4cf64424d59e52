import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Syntax } from "./syntax";

/** One declaration of a package, with what its file imports. */
export interface Declaration {
  /** Import path of its package. */
  readonly path: string;
  readonly node: Syntax;
  /** Name in the file -> import path. */
  readonly imports: ReadonlyMap<string, string>;
}

const kinds = ["func", "var", "type"] as const;

/** Reads declarations of a module's packages by their names. */
export interface Source {
  /** Import path of the module: packages under it are read, others are not. */
  readonly module: string;
  find(path: string, name: string): Declaration | undefined;
  method(path: string, type: string, name: string): Declaration | undefined;
}

/**
 * Go source as github.com/lonegunmanb/terraform-provider-aws-index publishes it: a file for each declaration, named by
 * its kind and its name, with the import path of its package where Go has the package's name.
 */
export class IndexedSource implements Source {
  readonly #read = new Map<string, Declaration | undefined>();

  constructor(
    readonly module: string,
    readonly folder: string,
    private readonly parse: (text: string) => Syntax,
  ) {}

  find(path: string, name: string): Declaration | undefined {
    return kinds.map((kind) => this.#file(path, `${kind}.${name}`)).find((found) => found !== undefined);
  }

  method(path: string, type: string, name: string): Declaration | undefined {
    return this.#file(path, `method.${type}.${name}`);
  }

  #file(path: string, name: string): Declaration | undefined {
    const key = `${path}/${name}`;
    if (!this.#read.has(key)) {
      const file = join(this.folder, path.slice(this.module.length), `${name}.goindex`);
      const inside = path === this.module || path.startsWith(`${this.module}/`);
      this.#read.set(key, inside && existsSync(file) ? this.#declaration(path, readFileSync(file, "utf8")) : undefined);
    }
    return this.#read.get(key);
  }

  #declaration(path: string, text: string): Declaration | undefined {
    const [, imports = "", declared = ""] =
      /^package .*\n((?:import \([\s\S]*?\n\)\n|import .*\n)?)([\s\S]*)$/.exec(text) ?? [];
    // One of a group of constants or variables stands without its keyword; one that counts on from the one before, alone.
    const alone = /^\s*\w+\s*$/.test(declared) ? `${declared} = iota` : declared;
    const whole = /^\s*(func|type|var|const)\b/.test(declared) ? declared : `var ${alone}`;
    try {
      return declarationIn(path, this.parse(`package p\n${imports}${whole}`));
    } catch (error) {
      throw new Error(`${path}: ${error instanceof Error ? error.message : error}`);
    }
  }
}

/** The only declaration of a file. */
export function declarationIn(path: string, file: Syntax): Declaration | undefined {
  const imports = new Map<string, string>();
  for (const part of file.parts.filter(({ type }) => type === "import_declaration").flatMap((one) => [...one.walk()])) {
    if (part.type !== "import_spec") continue;
    const from = part.field("path")?.text.slice(1, -1) ?? "";
    imports.set(part.field("name")?.text ?? packageName(from), from);
  }
  const node = file.parts.find(({ type }) => !/^(package_clause|import_declaration)$/.test(type));
  return node && { path, node, imports };
}

/** The name of a package, which is the last part of its path but for the version. */
const packageName = (path: string) =>
  path
    .replace(/\/v\d+$/, "")
    .split("/")
    .at(-1)
    ?.replace(/\.v\d+$/, "")
    .replaceAll("-", "") ?? path;

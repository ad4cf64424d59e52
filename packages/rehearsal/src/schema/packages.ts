import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { blockOfBinding } from "./bindings";
import type { Block } from "./block";

/** The installed, prebuilt cdktf bindings of one Terraform provider. */
export interface Bindings {
  /** Terraform's address of the provider: registry.terraform.io/hashicorp/aws. */
  readonly address: string;
  /** Short name and prefix of its types: aws. */
  readonly name: string;
  readonly package: string;
  readonly folder: string;
  /** Version of the provider that the bindings were generated from. */
  readonly providerVersion: string;
  readonly version: string;
}

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  cdktf: z.object({ provider: z.object({ name: z.string(), version: z.string() }) }),
});

/** Finds every installed `@cdktf/provider-*` and `@cdktn/provider-*`. */
export function installedBindings(modules = "node_modules"): Bindings[] {
  const found: Bindings[] = [];
  for (const scope of ["@cdktf", "@cdktn"]) {
    if (!existsSync(join(modules, scope))) continue;
    for (const entry of readdirSync(join(modules, scope))) {
      if (!entry.startsWith("provider-")) continue;
      const folder = join(modules, scope, entry);
      const parsed = manifest.safeParse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
      if (!parsed.success) continue; // provider-generator and provider-schema are tools of the cdktf CLI.
      const { name, version, cdktf } = parsed.data;
      const address = cdktf.provider.name;
      const short = address.slice(address.lastIndexOf("/") + 1);
      found.push({ address, name: short, package: name, folder, version, providerVersion: cdktf.provider.version });
    }
  }
  return found;
}

export type BindingKind = "resource" | "data" | "provider";

const baseClass = {
  resource: "TerraformResource",
  data: "TerraformDataSource",
  provider: "TerraformProvider",
} as const;

/** Folder of the binding of a type: aws_db_proxy stands in lib/db-proxy, the data source aws_vpc in lib/data-aws-vpc. */
function bindingFolder(bindings: Bindings, kind: BindingKind, type: string): string {
  if (kind === "provider") return "provider";
  const kebab = type.replaceAll("_", "-");
  return kind === "data" ? `data-${kebab}` : kebab.slice(bindings.name.length + 1);
}

/**
 * Reads the schema of a type from its binding.
 *
 * @param type Terraform's name of the type; ignored for the provider's own configuration
 * @throws when the bindings have no such type
 */
export function readBinding(bindings: Bindings, kind: BindingKind, type: string): Block {
  const folder = join(bindings.folder, "lib", bindingFolder(bindings, kind, type));
  const main = join(folder, "index.js");
  if (!existsSync(main)) {
    const what = kind === "data" ? "data source" : kind;
    throw new Error(`${bindings.package} ${bindings.version} has no ${what} ${type}`);
  }
  const structs = join(folder, "index-structs");
  const more = existsSync(structs) ? readdirSync(structs).filter((file) => file.endsWith(".js")) : [];
  const files = [main, ...more.map((file) => join(structs, file))];
  return blockOfBinding(files.map((file) => readFileSync(file, "utf8")).join("\n"), baseClass[kind]);
}

/** Changes with the code that derives schemas, so that no answer of an earlier version of it is read. */
function deriver(): string {
  const sources = ["bindings.ts", "block.ts", "packages.ts"].map((file) =>
    readFileSync(join("packages", "rehearsal", "src", "schema", file)),
  );
  return createHash("sha256").update(Buffer.concat(sources)).digest("hex").slice(0, 8);
}

/**
 * The schemas of one provider, each derived once and kept in `.cache/schemas/<name>-<version>/`.
 *
 * @param cache folder of the cache
 */
export function schemaReader(bindings: Bindings, cache = join(".cache", "schemas")) {
  const folder = join(cache, `${bindings.package.replace("/", "-").replace("@", "")}-${bindings.version}-${deriver()}`);
  return (kind: BindingKind, type: string): Block => {
    const file = join(folder, `${kind}-${type}.json`);
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
    const block = readBinding(bindings, kind, type);
    mkdirSync(folder, { recursive: true });
    // Written aside and renamed: a process that starts meanwhile reads a whole file or none.
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(block));
    renameSync(draft, file);
    return block;
  };
}

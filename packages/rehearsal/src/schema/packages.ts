import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InputError } from "@platform/terraform";
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

/**
 * Finds every installed `@cdktf/provider-*` and `@cdktn/provider-*`, as Node finds packages: in the `node_modules` of a
 * folder and of those above it, the nearest first.
 *
 * @param from the folder. @default the working folder
 */
export function installedBindings(from = "."): Bindings[] {
  const folder = resolve(from);
  const here = ["@cdktf", "@cdktn"].flatMap((scope) => {
    const packages = join(folder, "node_modules", scope);
    if (!existsSync(packages)) return [];
    const names = readdirSync(packages).filter((name) => name.startsWith("provider-"));
    return names.flatMap((name) => bindingsIn(join(packages, name)) ?? []);
  });
  return dirname(folder) === folder ? here : [...here, ...installedBindings(dirname(folder))];
}

/** @returns undefined for provider-generator and provider-schema, which are tools of the cdktf CLI */
function bindingsIn(folder: string): Bindings | undefined {
  const { data } = manifest.safeParse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  if (data === undefined) return undefined;
  const { name, version, cdktf } = data;
  const address = cdktf.provider.name;
  const short = address.slice(address.lastIndexOf("/") + 1);
  return { address, name: short, package: name, folder, version, providerVersion: cdktf.provider.version };
}

export type BindingKind = "resource" | "data" | "provider";

const baseClass = {
  resource: "TerraformResource",
  data: "TerraformDataSource",
  provider: "TerraformProvider",
} as const;

/** Folder of the binding of a type: lib/db-proxy of aws_db_proxy, lib/data-aws-vpc of the data source aws_vpc. */
function bindingFolder(bindings: Bindings, kind: BindingKind, type: string): string {
  if (kind === "provider") return "provider";
  const kebab = type.replaceAll("_", "-");
  return kind === "data" ? `data-${kebab}` : kebab.slice(bindings.name.length + 1);
}

/**
 * Reads the schema of a type from its binding.
 *
 * @param type Terraform's name of the type; ignored for the provider's own configuration
 * @throws {InputError} when the bindings have no such type, or are of a form that the rehearsal does not read
 */
export function readBinding(bindings: Bindings, kind: BindingKind, type: string): Block {
  const folder = join(bindings.folder, "lib", bindingFolder(bindings, kind, type));
  const main = join(folder, "index.js");
  if (!existsSync(main)) {
    const what = kind === "data" ? "data source" : kind;
    throw new InputError(`${bindings.package} ${bindings.version} has no ${what} ${type}`);
  }
  const structs = join(folder, "index-structs");
  const more = existsSync(structs) ? readdirSync(structs).filter((file) => file.endsWith(".js")) : [];
  const files = [main, ...more.map((file) => join(structs, file))];
  return blockOfBinding(files.map((file) => readFileSync(file, "utf8")).join("\n"), baseClass[kind]);
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InputError, parseJson, providerAddress } from "@platform/terraform";
import { z } from "zod";
import { type BaseClass, blockOfBinding } from "./bindings";
import type { Block } from "./block";

/** The installed bindings of one Terraform provider: a package, or what `cdktf get` generated. */
export interface Bindings {
  /** Terraform's address of the provider: registry.terraform.io/hashicorp/aws. */
  readonly address: string;
  /** Short name of the provider: aws. */
  readonly name: string;
  readonly package: string;
  /** Folder with a folder for each type. */
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

const generated = z.record(z.string(), z.string());

/**
 * Finds every installed `@cdktf/provider-*` and `@cdktn/provider-*`, as Node finds packages, and what `cdktf get`
 * generated into `.gen`: in a folder and in those above it, the nearest first.
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
  const found = [...generatedIn(join(folder, ".gen")), ...here];
  return dirname(folder) === folder ? found : [...found, ...installedBindings(dirname(folder))];
}

/** @returns undefined for provider-generator and provider-schema, which are tools of the cdktf CLI */
function bindingsIn(folder: string): Bindings | undefined {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return undefined;
  const { data } = manifest.safeParse(
    parseJson(readFileSync(file, "utf8"), `${file} is not whole JSON: install it again`),
  );
  if (data === undefined) return undefined;
  const { name, version, cdktf } = data;
  return bindingsOf(cdktf.provider.name, name, join(folder, "lib"), version, cdktf.provider.version);
}

function generatedIn(folder: string): Bindings[] {
  const file = join(folder, "versions.json");
  const { data } = generated.safeParse(
    existsSync(file)
      ? parseJson(readFileSync(file, "utf8"), `${file} is not whole JSON: run cdktf get again`)
      : undefined,
  );
  return Object.entries(data ?? {}).flatMap(([source, version]) => {
    const found = bindingsOf(source, ".gen", "", version, version);
    const providers = join(folder, "providers", found.name);
    return existsSync(providers) ? [{ ...found, folder: providers }] : [];
  });
}

function bindingsOf(source: string, name: string, folder: string, version: string, providerVersion: string): Bindings {
  const address = providerAddress(source);
  const short = address.slice(address.lastIndexOf("/") + 1);
  return { address, name: short, package: name, folder, version, providerVersion };
}

export type BindingKind = "resource" | "data" | "ephemeral" | "provider";

const baseClass: Readonly<Record<BindingKind, BaseClass>> = {
  resource: "TerraformResource",
  data: "TerraformDataSource",
  ephemeral: "TerraformEphemeralResource",
  provider: "TerraformProvider",
};

/**
 * Folder of the binding of a type: db-proxy of aws_db_proxy, data-aws-vpc of the data source aws_vpc. The generator adds
 * `-resource` to names that would clash (random_string, time_static), and keeps the whole type's name where the
 * provider has another one (google_compute_instance of google-beta).
 */
function bindingFolder(bindings: Bindings, kind: BindingKind, type: string): string | undefined {
  const kebab = type.replaceAll("_", "-");
  const short = kebab.startsWith(`${bindings.name}-`) ? kebab.slice(bindings.name.length + 1) : kebab;
  const names = {
    provider: ["provider"],
    resource: [short, `${short}-resource`, kebab, `${kebab}-resource`],
    data: [`data-${kebab}`, `data-${kebab}-a`],
    ephemeral: [`ephemeral-${kebab}`],
  }[kind];
  return names.map((name) => join(bindings.folder, name)).find((folder) => mainFile(folder) !== undefined);
}

export const hasBinding = (bindings: Bindings, kind: BindingKind, type: string) =>
  bindingFolder(bindings, kind, type) !== undefined;

const mainFile = (folder: string) =>
  ["index.js", "index.ts"].map((name) => join(folder, name)).find((file) => existsSync(file));

/**
 * Reads the schema of a type from its binding.
 *
 * @param type Terraform's name of the type; ignored for the provider's own configuration
 * @throws {InputError} when the bindings have no such type, or are of a form that the rehearsal does not read
 */
export function readBinding(bindings: Bindings, kind: BindingKind, type: string): Block {
  const folder = bindingFolder(bindings, kind, type);
  const main = folder === undefined ? undefined : mainFile(folder);
  if (folder === undefined || main === undefined) {
    if (kind === "provider")
      throw new InputError(
        `${bindings.package} ${bindings.version} is not whole, it has no provider: install it again`,
      );
    const what = kind === "data" ? "data source" : kind === "ephemeral" ? "ephemeral resource" : kind;
    throw new InputError(`${bindings.package} ${bindings.version} has no ${what} ${type}`);
  }
  const structs = join(folder, "index-structs");
  const more = existsSync(structs) ? readdirSync(structs).filter((file) => /(?<!\.d)\.[jt]s$/.test(file)) : [];
  const files = [main, ...more.map((file) => join(structs, file))];
  return blockOfBinding(files.map((file) => readFileSync(file, "utf8")).join("\n"), baseClass[kind]);
}

import { existsSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join, normalize, resolve } from "node:path";
import { z } from "zod";
import type { Stack } from "./assembly";
import { merged, readFolder } from "./configuration-files";
import { InputError } from "./input-error";
import { parseJson } from "./json";
import { entries, isObject, type ObjectValue } from "./values";

/** A module of a stack: the root, or one that it calls, directly or not. */
export interface Module {
  /** Names of the calls that lead to it, with dots; empty for the root. */
  readonly key: string;
  readonly folder: string;
  readonly configuration: ObjectValue;
  /** Where the call says it is, in Terraform's own spelling. */
  readonly source: string;
  /** Of a module from a registry. */
  readonly version?: string;
}

const manifest = z.object({
  Modules: z.array(z.object({ Key: z.string(), Source: z.string(), Version: z.string().optional(), Dir: z.string() })),
});

/**
 * Follows a stack's module calls.
 *
 * @param stack the root; modules of a registry are found where `terraform get` put them below its folder
 * @param folder where to look for what the sources name. @default the stack's own
 * @throws {InputError} when a module is not there, or not downloaded
 */
export async function modulesOf(stack: Stack, folder = stack.folder): Promise<Module[]> {
  const downloaded = readManifest(join(folder, ".terraform", "modules", "modules.json"));
  const visit = async (module: Module, callers: readonly string[] = []): Promise<Module[]> => {
    if (callers.includes(module.folder))
      throw new InputError(`stack ${stack.name}: module ${module.key} calls itself: Terraform would never end`);
    const calls = isObject(module.configuration.module) ? Object.entries(module.configuration.module) : [];
    const called = calls.flatMap(([name, call]) =>
      isObject(call) && typeof call.source === "string" ? [{ name, source: call.source }] : [],
    );
    const below = await Promise.all(
      called.map(async ({ name, source }) => {
        const key = module.key === "" ? name : `${module.key}.${name}`;
        const near = local(source, module.folder);
        const found = near ?? downloaded.get(key);
        if (found === undefined || !statSync(found.folder, { throwIfNoEntry: false })?.isDirectory()) {
          const advice =
            near === undefined ? `and is not here: run terraform get in ${folder} first` : "which is no folder";
          throw new InputError(`stack ${stack.name}: module ${key} comes from ${source}, ${advice}`);
        }
        const callee = { key, ...found, configuration: await readFolder(found.folder) };
        return visit(callee, [...callers, module.folder]);
      }),
    );
    return [module, ...below.flat()];
  };
  return visit({ key: "", folder, source: "", configuration: merged([stack.configuration]) });

  function readManifest(file: string) {
    const read = existsSync(file)
      ? manifest.safeParse(parseJson(readFileSync(file, "utf8"), `${file} is not whole JSON: run terraform get again`))
          .data
      : undefined;
    return new Map(
      (read?.Modules ?? []).map(({ Key, Source, Version, Dir }) => [
        Key,
        { folder: resolve(folder, Dir), source: Source, ...(Version === undefined ? {} : { version: Version }) },
      ]),
    );
  }
}

function local(source: string, from: string): { readonly folder: string; readonly source: string } | undefined {
  if (isAbsolute(source)) return { folder: source, source: `file://${source}` };
  if (!/^\.\.?\//.test(source) && source !== "." && source !== "..") return undefined;
  // As Terraform spells it, which knows a module that has been installed by its source: ".." is "./..".
  const path = normalize(source).replace(/\/$/, "");
  return { folder: resolve(from, source), source: path.startsWith("../") ? path : `./${path}` };
}

/** Terraform's address of a provider's source, in small letters as Terraform compares it: aws is registry.terraform.io/hashicorp/aws. */
export function providerAddress(source: string): string {
  const parts = source.toLowerCase().split("/");
  if (parts.length === 1) parts.unshift("hashicorp");
  if (parts.length === 2) parts.unshift("registry.terraform.io");
  return parts.join("/");
}

/** The provider of a block by its `provider` argument, or else by the first word of its type. */
export function providerName(type: string, body: ObjectValue): string {
  const [word = type] = type.split("_");
  const named = typeof body.provider === "string" ? body.provider.replaceAll(/[${}\s]/g, "").split(".")[0] : undefined;
  return named || word;
}

/** Name of each provider that a module requires, says how to configure or implies by a type -> its address. */
export function providersOf(configuration: ObjectValue): Map<string, string> {
  const found = new Map<string, string>();
  const terraform = isObject(configuration.terraform) ? configuration.terraform : {};
  const required = isObject(terraform.required_providers) ? terraform.required_providers : {};
  for (const [name, provider] of Object.entries(required)) {
    if (name === "//") continue;
    found.set(
      name,
      providerAddress(isObject(provider) && typeof provider.source === "string" ? provider.source : name),
    );
  }
  const implied = ["resource", "data", "ephemeral"].flatMap((section) =>
    [...entries(configuration[section])].map(([type, , body]) => providerName(type, body)),
  );
  const configured = isObject(configuration.provider) ? Object.keys(configuration.provider) : [];
  for (const name of [...implied, ...configured]) if (!found.has(name)) found.set(name, providerAddress(name));
  // Terraform's own: terraform_data, terraform_remote_state.
  for (const [name, address] of found) {
    if (name === "terraform" || address.startsWith("terraform.io/builtin/")) found.delete(name);
  }
  return found;
}

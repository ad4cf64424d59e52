import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import {
  blocks,
  canonical,
  entries,
  InputError,
  isObject,
  type ObjectValue,
  providersOf,
  references,
  stackRead,
  type Value,
} from "@platform/terraform";
import { type Answers, typeOf } from "./answers";
import { factsOf } from "./facts";
import type { PreparedStack } from "./rehearsal";

/**
 * The override file that the rehearsal writes into its copy of a module. Terraform reads override files in the order of
 * their names, and the last one wins: its name comes after that of every other there.
 *
 * @param rank of several such files, the higher one is read later
 */
export function overrideFile(folder: string, rank: 1 | 2 = 1): string {
  const names = readdirSync(folder).filter((name) => overriding.test(name));
  const last = names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).at(-1) ?? "";
  const before = last.replace(overriding, "$1").replace(/(^|_)zzz?_rehearsal_$/, "$1");
  return `${before}${"z".repeat(rank + 1)}_rehearsal_override.tf.json`;
}

const overriding = /(^|_)override\.tf(\.json)?$/;

/** Writes an override file. What is there by its name, a link perhaps, is taken away and not written to. */
function writeOverride(folder: string, override: ObjectValue, rank: 1 | 2 = 1): void {
  if (Object.keys(override).length === 0) return;
  const file = join(folder, overrideFile(folder, rank));
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify(override, null, 2));
}

/**
 * Writes override files into a stack's copy, so that Terraform keeps its state here, runs no provisioner, reads no state
 * of the program's own and takes the version that there is.
 *
 * @param states folder for the states that the answers give
 * @returns what was neutralised: `backend gcs`, `provisioner local-exec`
 * @throws {InputError} when the stack reads a state or calls a function that nobody has given, with the lines to add
 */
export function neutralise(
  stack: PreparedStack,
  all: readonly PreparedStack[],
  { states, answers }: { readonly states: string; readonly answers: Answers },
): string[] {
  const found: string[] = [];
  const missing = new Map<string, Set<string>>();
  const functions = new Set<string>();
  for (const module of stack.modules) {
    const { configuration } = module;
    const override: ObjectValue = {};
    const terraform = isObject(configuration.terraform) ? configuration.terraform : {};
    const settings: ObjectValue = {};
    if (terraform.required_version !== undefined) {
      settings.required_version = ">= 0.12";
      found.push(`required_version "${String(terraform.required_version)}" (not checked)`);
    }
    if (module.key === "") {
      settings.backend = { s3: backendOf(stack) };
      const [kind] = backendIn(configuration);
      if (kind !== undefined && kind !== "s3") found.push(`backend ${kind}`);
    }
    if (Object.keys(settings).length > 0) override.terraform = settings;
    for (const [type, name, body] of entries(configuration.resource)) {
      const provisioners = blocks(body.provisioner).flatMap((kinds) =>
        Object.entries(kinds).flatMap(([kind, bodies]) => blocks(bodies).map(() => kind)),
      );
      if (provisioners.length === 0) continue;
      found.push(...provisioners.map((provisioner) => `provisioner ${provisioner}`));
      add(override, "resource", type, name, { provisioner: [{ "local-exec": { command: "exit 0", quiet: true } }] });
    }
    for (const [type, name, body] of entries(configuration.data)) {
      if (type === "external") found.push("data external");
      if (type !== "terraform_remote_state") continue;
      const source = all.find((other) => reads(name, body, other));
      if (source === undefined && answers.states[name] === undefined) {
        const read = outputsRead(name, configuration);
        if (read.size > 0) missing.set(name, read);
      }
      const state =
        source === undefined ? givenState(states, name, answers.states[name] ?? {}) : { s3: backendOf(source) };
      const [[backend = "local", config = {}] = []] = Object.entries(state);
      add(override, "data", type, name, { backend, config });
    }
    writeOverride(module.folder, override);
    for (const called of functionsCalled(configuration))
      if (!Object.hasOwn(answers.functions, called)) functions.add(called);
  }
  if (missing.size + functions.size > 0) throw new InputError(`stack ${stack.name} ${linesToAdd(missing, functions)}`);
  if (stack.modules.length > 1) writeManifest(stack);
  return found;
}

/** Lets Terraform destroy what `prevent_destroy` guards in the cloud; the copy has nothing to guard. */
export function liftProtection(stack: PreparedStack): void {
  for (const module of stack.modules) {
    const override: ObjectValue = {};
    for (const [type, name, body] of entries(module.configuration.resource)) {
      if (!blocks(body.lifecycle).some(({ prevent_destroy: prevent }) => prevent !== undefined)) continue;
      add(override, "resource", type, name, { lifecycle: { prevent_destroy: false } });
    }
    writeOverride(module.folder, override, 2);
  }
}

function add(override: ObjectValue, section: string, type: string, name: string, body: ObjectValue): void {
  const types = isObject(override[section]) ? override[section] : {};
  const named = isObject(types[type]) ? types[type] : {};
  override[section] = { ...types, [type]: { ...named, [name]: body } };
}

/** The kind of a configuration's backend, and what it says; `cloud` is one too. */
function backendIn({ terraform }: ObjectValue): [string | undefined, ObjectValue] {
  if (!isObject(terraform)) return [undefined, {}];
  if (terraform.cloud !== undefined) return ["cloud", blocks(terraform.cloud)[0] ?? {}];
  const [[kind, body] = []] = isObject(terraform.backend) ? Object.entries(terraform.backend) : [];
  return [kind, blocks(body)[0] ?? {}];
}

const kept = ["bucket", "key", "region", "dynamodb_table", "use_lockfile", "workspace_key_prefix", "encrypt"];

/** What an S3 backend keeps here: where the state is and how it is locked; nothing of accounts, roles and endpoints. */
function s3Backend(configuration: ObjectValue): ObjectValue | undefined {
  const [kind, body] = backendIn(configuration);
  if (kind !== "s3" || typeof body.bucket !== "string" || typeof body.key !== "string") return undefined;
  // A folder is made of its name.
  if (!/^[a-z0-9][\w.-]*$/i.test(body.bucket)) return undefined;
  const config = Object.fromEntries(kept.flatMap((name) => (body[name] == null ? [] : [[name, body[name]]])));
  // By path, for 127.0.0.1 has no subdomain for each bucket.
  return { region: "us-east-1", ...config, use_path_style: true };
}

/**
 * Where a stack's state is: always in the S3 stand-in. In a file Terraform would write it whole after each resource, which
 * takes minutes where there are thousands.
 */
export function backendOf({ name, modules: [root] }: Pick<PreparedStack, "name" | "modules">): ObjectValue {
  const own = root && s3Backend(root.configuration);
  return own ?? { bucket: "rehearsal-states", key: `${name}.tfstate`, region: "us-east-1", use_path_style: true };
}

/** What tells one state from another, whatever the backend. */
const identifying =
  /^(bucket|key|prefix|path|address|container_name|storage_account_name|organization|workspaces|schema_name|secret_suffix|namespace)$/;

function identity(kind: string | undefined, body: ObjectValue): string {
  const own = Object.entries(body).filter(([name, value]) => identifying.test(name) && value !== null);
  const flat = own.map(([name, value]): [string, Value] => [name, blocks(value)[0] ?? value]);
  return `${kind === "cloud" ? "remote" : kind} ${canonical(Object.fromEntries(flat))}`;
}

/** Whether a terraform_remote_state reads a stack's state. */
function reads(name: string, data: ObjectValue, { name: stack, modules: [root] }: PreparedStack): boolean {
  if (stackRead({ type: "terraform_remote_state", name }) === stack) return true;
  const [kind, body] = backendIn(root?.configuration ?? {});
  const read = identity(typeof data.backend === "string" ? data.backend : undefined, blocks(data.config)[0] ?? {});
  return kind !== undefined && Object.keys(body).length > 0 && read === identity(kind, body);
}

function outputsRead(name: string, configuration: ObjectValue): Set<string> {
  const found = new Set<string>();
  for (const { type, name: read, path } of references(configuration)) {
    const output = /^(?:\[[^\]]*\])?\.outputs(?:\.([\w-]+)|\["([^"]+)"\])/.exec(path);
    if (type === "terraform_remote_state" && read === name && output) found.add(output[1] ?? output[2] ?? "");
  }
  return found;
}

/** Functions of providers that a module calls and nothing here serves, as the answers name them. */
function functionsCalled(configuration: ObjectValue): string[] {
  const providers = providersOf(configuration);
  const calls = JSON.stringify(configuration).matchAll(/\bprovider::([\w-]+)::(\w+)\s*\(/g);
  return [...calls].flatMap(([, local = "", name = ""]) => {
    const provider = providers.get(local)?.replace(/^.*\//, "");
    return provider === undefined || Object.hasOwn(factsOf(provider).functions, name)
      ? []
      : [`provider::${provider}::${name}`];
  });
}

function linesToAdd(states: ReadonlyMap<string, ReadonlySet<string>>, functions: ReadonlySet<string>): string {
  const what = [states.size > 0 && "reads states", functions.size > 0 && "calls functions of providers"];
  const lines = [...states].flatMap(([name, outputs]) => [
    `  ${name}:`,
    ...[...outputs].map((output) => `    ${output}: "a value"`),
  ]);
  const returned = [...functions].map((name) => `  ${name}: "a value"`);
  const sections = [
    ...(states.size > 0 ? ["states:", ...lines] : []),
    ...(functions.size > 0 ? ["functions:", ...returned] : []),
  ];
  const called = `${what.filter(Boolean).join(" and ")} that are not here`;
  return `${called}. Say what they are in rehearsal.answers.yaml:\n${sections.join("\n")}`;
}

/** A state that holds outputs alone, in version 4 of Terraform's form. */
function givenState(states: string, name: string, outputs: Record<string, unknown>): ObjectValue {
  const path = join(states, `given-${name}.tfstate`);
  const held = Object.entries(outputs).map(([output, value]) => [output, { value, type: typeOf(value) }]);
  const state = { version: 4, terraform_version: "1.10.0", serial: 1, lineage: name, resources: [] };
  mkdirSync(states, { recursive: true });
  writeFileSync(path, JSON.stringify({ ...state, outputs: Object.fromEntries(held) }));
  return { local: { path } };
}

/** Tells Terraform where the modules are in the copy, so that init has none to download. */
function writeManifest(stack: PreparedStack): void {
  const file = join(stack.folder, ".terraform", "modules", "modules.json");
  const modules = stack.modules.map((module) => ({
    Key: module.key,
    Source: module.source,
    ...(module.version === undefined ? {} : { Version: module.version }),
    Dir: relative(stack.folder, module.folder) || ".",
  }));
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify({ Modules: modules }));
}

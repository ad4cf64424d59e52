import { existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join, relative } from "node:path";
import {
  allows,
  blocks,
  entries,
  InputError,
  isObject,
  type Module,
  modulesOf,
  providerName,
  providersOf,
  readProgram,
  type Stack,
  temporaryFolder,
} from "@platform/terraform";
import { readAnswers } from "./answers";
import { emptied } from "./environment";
import { factsOf } from "./facts";
import { refuseHugeCounts } from "./huge-counts";
import { isInside } from "./links";
import { backendOf, liftProtection, neutralise } from "./neutralise";
import { Cloud } from "./provider/cloud";
import { defaultAccount, OfflineProvider } from "./provider/provider";
import { type ServedProvider, serveProvider } from "./provider/server";
import { type Bindings, installedBindings } from "./schema/packages";
import { kinds, ProgramSchema, type ProviderSchema, providerMeta, References } from "./schema/program";
import { startStateBackend } from "./state-backend";
import { takeOutUnrun } from "./unrun-blocks";
import { asItIs, type WorkingCopy } from "./working-copy";

export interface RehearsalOptions {
  /** JSON file of changes made by hand in the cloud (provider/cloud.ts); read at every refresh. */
  readonly drift?: string;
  /** YAML file of what the world outside of the program answers (answers.ts). @default rehearsal.answers.yaml at the program */
  readonly answers?: string;
  readonly s3Port?: number;
  readonly dynamodbPort?: number;
}

/** A stack that the offline cloud knows. */
export interface PreparedStack extends Stack {
  /** The root module, and those that it calls. */
  readonly modules: readonly Module[];
  /** Why it cannot be rehearsed; undefined when it can. */
  readonly problem?: string;
}

/** A running offline cloud: providers, and a state backend. */
export interface Rehearsal {
  /** What a `terraform` or `cdktf` command needs in its environment to work here and nowhere else. */
  environment(): Record<string, string>;
  /**
   * Learns the types of a program, its buckets and its lock tables. Programs add up.
   *
   * @param program a copy, or a folder that may be written to: an override file is written beside every module
   * @returns its stacks, in dependency order; one that cannot be rehearsed says why
   */
  prepare(program: string | WorkingCopy): Promise<PreparedStack[]>;
  /** What was kept from running or from being used so far, in one line; undefined when nothing was. */
  neutralised(): string | undefined;
  /** Lets Terraform destroy what a stack guards with `prevent_destroy`. */
  liftProtection(stack: PreparedStack): void;
  stop(): Promise<void>;
}

interface Served {
  readonly program: ProgramSchema;
  readonly server: ServedProvider;
  schema: ProviderSchema;
}

/**
 * Starts the offline cloud in this process. A process that blocks (cdktf's jest matchers do) needs it in another one
 * (in-child.ts).
 *
 * @throws {InputError} when a port is taken
 */
export async function startRehearsal(options: RehearsalOptions = {}): Promise<Rehearsal> {
  const own = temporaryFolder("rehearsal");
  const folder = own.path;
  const settings = join(folder, "terraformrc");
  // Providers are looked for in an empty folder, and not in a registry: all that are needed run already.
  const mirror = join(folder, "providers");
  mkdirSync(mirror);
  writeFileSync(
    settings,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  const cloud = new Cloud(options.drift);
  const backend = await startStateBackend({ ...options, folder, account: defaultAccount });
  const references = new References();
  const served = new Map<string, Served>();
  const places = new Map<string, string>();
  const found: string[] = [];

  const serve = async (address: string, bindings: readonly Bindings[]): Promise<Served> => {
    const known = served.get(address);
    if (known !== undefined) return known;
    const own = bindings.find((candidate) => candidate.address === address);
    if (own === undefined) {
      const name = address.slice(address.lastIndexOf("/") + 1);
      throw new InputError(
        `no bindings of ${address} are installed, from which its schema is read: npm install --save-dev @cdktf/provider-${name}`,
      );
    }
    const facts = factsOf(own.name);
    const program = new ProgramSchema(own, references, facts);
    const entry = { program, schema: program.schema() };
    const server = await serveProvider(
      new OfflineProvider(own.name, () => entry.schema, facts, cloud, own.providerVersion),
    );
    const made = Object.assign(entry, { server });
    served.set(address, made);
    return made;
  };

  /** The module in the copy; one that the copy lacks, or has as a link to the program's own, is copied by itself. */
  const placed = async ({ root, base }: WorkingCopy, module: Module): Promise<Module> => {
    const path = relative(base, module.folder);
    const inCopy = join(root, path);
    if (!path.startsWith("..") && existsSync(inCopy) && isInside(inCopy, root)) return { ...module, folder: inCopy };
    const outside = places.get(module.folder) ?? join(folder, "modules", String(places.size));
    if (!places.has(module.folder)) await cp(realpathSync(module.folder), outside, { recursive: true });
    places.set(module.folder, outside);
    return { ...module, folder: outside };
  };

  const learn = async (stack: Stack, copy: WorkingCopy): Promise<PreparedStack> => {
    try {
      const modules: Module[] = [];
      for (const module of await modulesOf(stack, join(copy.original, relative(copy.path, stack.folder)))) {
        modules.push(await placed(copy, module));
      }
      const bindings = installedBindings(copy.original).concat(installedBindings());
      for (const module of modules) {
        refuseHugeCounts(module);
        const providers = providersOf(module.configuration);
        for (const address of new Set(providers.values())) await serve(address, bindings);
        found.push(...otherVersions(module, providers, bindings));
        const program = (name: string) => served.get(providers.get(name) ?? "")?.program;
        for (const kind of kinds) {
          for (const [type, , body] of entries(module.configuration[kind])) {
            program(providerName(type, body))?.use(kind, type, body);
          }
        }
        for (const { to, provider } of blocks(module.configuration.import)) {
          const type = /^\$?\{?([a-z]\w*)\./.exec(String(to))?.[1];
          if (type !== undefined)
            program(providerName(type, { provider: provider ?? null }))?.use("resource", type, {});
        }
        found.push(...(await takeOutUnrun(module)));
        for (const [name, bodies] of Object.entries(blocks(module.configuration.provider)[0] ?? {})) {
          for (const body of blocks(bodies)) program(name)?.configure(body);
        }
        for (const [name, meta] of providerMeta(module)) program(name)?.describe(meta);
        references.add(module);
      }
      return { ...stack, folder: modules[0]?.folder ?? stack.folder, modules };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const own = error.message.startsWith("stack ") ? error.message : `stack ${stack.name}: ${error.message}`;
      return { ...stack, modules: [], problem: own };
    }
  };

  return {
    environment: () => ({
      ...emptied(),
      ...backend.environment,
      TF_REATTACH_PROVIDERS: reattach(served),
      // A command on this machine's own credentials, plugins or settings would not be a rehearsal.
      AWS_CONFIG_FILE: join(folder, "none"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
      TF_CLI_CONFIG_FILE: settings,
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      // Terraform's processes live for seconds: to collect garbage a quarter as often saves a sixth of their work, and
      // to do so more seldom takes longer again, for memory that is new.
      GOGC: "400",
    }),
    prepare: async (program) => {
      const copy = typeof program === "string" ? asItIs(program) : program;
      const answers = await readAnswers(copy.original, options.answers);
      cloud.checkChanges();
      cloud.answers = answers;
      cloud.folders.push(copy.root);
      const learned: PreparedStack[] = [];
      // One after another: two stacks that need one provider share it.
      for (const stack of await readProgram(copy.path)) learned.push(await learn(stack, copy));
      cloud.folders.unshift(...learned.map((stack) => stack.folder));
      const states = join(folder, "states");
      const stacks = learned.map((stack) => {
        if (stack.problem !== undefined) return stack;
        try {
          found.push(...neutralise(stack, learned, { states, answers }));
          return stack;
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          return { ...stack, problem: error.message };
        }
      });
      cloud.unbuilt ||= found.some((text) => /^(provisioner|data external)/.test(text));
      for (const entry of served.values()) entry.schema = entry.program.schema();
      await backend.prepare(learned.map(backendOf));
      return stacks;
    },
    neutralised: () => (found.length === 0 ? undefined : `kept from running or from use here: ${counted(found)}`),
    liftProtection,
    stop: async () => {
      for (const { server } of served.values()) server.close();
      await backend.stop();
      own.remove();
    },
  };
}

/** The providers that a module asks for in another version than that of the bindings: their schemas may differ. */
function otherVersions(
  { configuration: { terraform } }: Module,
  providers: ReadonlyMap<string, string>,
  bindings: readonly Bindings[],
): string[] {
  const required = isObject(terraform) && isObject(terraform.required_providers) ? terraform.required_providers : {};
  return Object.entries(required).flatMap(([name, provider]) => {
    const asked = isObject(provider) ? provider.version : provider;
    const version = bindings.find(({ address }) => address === providers.get(name))?.providerVersion;
    if (typeof asked !== "string" || version === undefined || allows(asked, version) !== false) return [];
    return [`version "${asked}" of provider ${name} (the bindings are of ${version})`];
  });
}

/** Equal ones counted: `2 provisioner local-exec, backend gcs`. */
function counted(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => (count === 1 ? text : `${count} x ${text}`)).join(", ");
}

/** Terraform's way to be told of a provider that runs already: https://developer.hashicorp.com/terraform/plugin/debugging */
function reattach(served: ReadonlyMap<string, Served>): string {
  const providers = [...served].map(([address, { server }]) => [
    address,
    {
      Protocol: "grpc",
      ProtocolVersion: 5,
      Pid: process.pid,
      Test: true,
      Addr: { Network: "tcp", String: `127.0.0.1:${server.port}` },
    },
  ]);
  return JSON.stringify(Object.fromEntries(providers));
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError, readAssembly, type Stack, temporaryFolder } from "@platform/terraform";
import { factsOf } from "./facts";
import { Cloud } from "./provider/cloud";
import { defaultAccount, OfflineProvider } from "./provider/provider";
import { type ServedProvider, serveProvider } from "./provider/server";
import { type Bindings, installedBindings } from "./schema/packages";
import { ProgramSchema, type ProviderSchema, requiredProviders } from "./schema/program";
import { startStateBackend } from "./state-backend";

export interface RehearsalOptions {
  /** JSON file of changes made by hand in the cloud (provider/cloud.ts); read at every refresh. */
  readonly drift?: string;
  readonly s3Port?: number;
  readonly dynamodbPort?: number;
}

/** A running offline cloud: providers, and a state backend. */
export interface Rehearsal {
  /** What a `terraform` or `cdktf` command needs in its environment to work here and nowhere else. */
  environment(): Record<string, string>;
  /**
   * Learns the types of a synthesized program, its buckets and its lock tables. Programs add up.
   *
   * @param folder a copy of a `cdktf.out`: an override file is written beside every stack
   * @returns its stacks, in dependency order
   */
  prepare(folder: string): Promise<Stack[]>;
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
  writeFileSync(settings, "");
  const cloud = new Cloud(options.drift);
  const backend = await startStateBackend({ ...options, folder, account: defaultAccount });
  const bindings = installedBindings();
  const served = new Map<string, Served>();

  const serve = async (found: Bindings): Promise<Served> => {
    const facts = factsOf(found.name);
    const program = new ProgramSchema(found, facts);
    const entry = { program, schema: program.schema() };
    const server = await serveProvider(new OfflineProvider(() => entry.schema, facts, cloud));
    return Object.assign(entry, { server });
  };

  return {
    environment: () => ({
      ...backend.environment,
      TF_REATTACH_PROVIDERS: reattach(served),
      // A command on this machine's own credentials, plugins or settings would not be a rehearsal.
      AWS_CONFIG_FILE: join(folder, "none"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
      TF_CLI_CONFIG_FILE: settings,
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      // Terraform's processes live for seconds: to collect garbage a quarter as often saves a sixth of their work.
      GOGC: "400",
    }),
    prepare: async (out) => {
      const stacks = readAssembly(out);
      for (const address of requiredProviders(stacks)) {
        const found = bindings.find((candidate) => candidate.address === address);
        if (found === undefined)
          throw new InputError(
            `no bindings of ${address} are installed: the rehearsal reads its schema from an @cdktf/provider package`,
          );
        const entry = served.get(address) ?? (await serve(found));
        entry.program.add(stacks);
        entry.schema = entry.program.schema();
        served.set(address, entry);
      }
      await backend.prepare(stacks);
      return stacks;
    },
    stop: async () => {
      for (const { server } of served.values()) server.close();
      await backend.stop();
      own.remove();
    },
  };
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

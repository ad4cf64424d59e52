import { isDeepStrictEqual } from "node:util";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { isObject, type ObjectValue } from "@platform/terraform";
import type { Finding } from "../facts/facts";
import type { ProviderSchema } from "../schema/program";
import { wireSchema } from "../schema/wire";
import { providerService } from "./protocol";
import { type Configured, configured, type OfflineProvider } from "./provider";
import { type DynamicValue, decodeValue, encodeAny, encodeValue } from "./wire-values";

/** Where a provider listens. */
export interface ServedProvider {
  readonly port: number;
  close(): void;
}

interface Request {
  readonly type_name: string;
  readonly config?: DynamicValue;
  readonly prior_state?: DynamicValue;
  readonly proposed_new_state?: DynamicValue;
  readonly planned_state?: DynamicValue;
  readonly current_state?: DynamicValue;
  readonly raw_state?: { readonly json: Uint8Array };
  readonly prior_private?: Uint8Array;
  readonly planned_private?: Uint8Array;
  readonly private?: Uint8Array;
  readonly id: string;
  readonly name: string;
  readonly arguments: readonly DynamicValue[];
}

const object = (dynamic: DynamicValue | undefined): ObjectValue | null => {
  const value = decodeValue(dynamic);
  return isObject(value) ? value : null;
};

/** Marks a resource's private data while its state stems from an import. */
const importedMark = Buffer.from("imported");
const isImported = (mark: Uint8Array | undefined) => mark !== undefined && importedMark.equals(mark);

/** Findings as Terraform shows them: with the attribute's place in the configuration. */
const diagnostics = (findings: readonly Finding[]) => ({
  diagnostics: findings.map(({ path, detail, warning, summary }) => ({
    severity: warning ? "WARNING" : "ERROR",
    summary: summary ?? (warning ? "Perhaps refused by the provider" : "Refused by the offline provider"),
    detail,
    attribute: wirePath(path),
  })),
});

const wirePath = (path: Finding["path"]) => ({
  steps: path.map((step) => (typeof step === "string" ? { attribute_name: step } : { element_key_int: step })),
});

const json = (type: unknown) => Buffer.from(JSON.stringify(type));

/** A function whose answer the program's authors say: it takes anything. */
const answeredFunction = {
  variadic_parameter: { name: "arguments", type: json("dynamic"), allow_null_value: true },
  return: { type: json("dynamic") },
};

/** Serves a provider over the plugin protocol on a free port of 127.0.0.1. */
export async function serveProvider(provider: OfflineProvider): Promise<ServedProvider> {
  // Terraform opens one connection for each configured instance (each alias): the connection tells them apart.
  const instances = new Map<string, Configured>();
  const instance = (peer: string) => instances.get(peer) ?? configured({});

  const functions = () => ({
    ...Object.fromEntries(Object.keys(provider.answers()).map((name) => [name, answeredFunction])),
    ...Object.fromEntries(
      Object.entries(provider.facts.functions).map(([name, { takes, gives }]) => [
        name,
        {
          parameters: takes.map((parameter) => ({ name: parameter, type: json("string") })),
          return: { type: json(gives) },
        },
      ]),
    ),
  });

  // Each Terraform command asks for the schema first, and a program has hundreds of kilobytes of it: it is encoded once.
  let sent: { schema: ProviderSchema; offered: object; message: Buffer } | undefined;
  const { definition, encode } = providerService();

  const answers: Record<string, (request: Request, peer: string) => object> = {
    GetSchema: () => {
      const schema = provider.schema();
      const offered = functions();
      if (sent?.schema !== schema || !isDeepStrictEqual(sent.offered, offered)) {
        sent = { schema, offered, message: encode("GetSchema", schemaAnswer(schema, offered)) };
      }
      return sent.message;
    },
    PrepareProviderConfig: ({ config }) => ({ prepared_config: config }),
    ValidateResourceTypeConfig: ({ type_name, config }) =>
      diagnostics(provider.validate("resource", type_name, object(config) ?? {})),
    ValidateDataSourceConfig: ({ type_name, config }) =>
      diagnostics(provider.validate("data", type_name, object(config) ?? {})),
    Configure: ({ config }, peer) => {
      instances.set(peer, configured(object(config) ?? {}));
      return {};
    },
    UpgradeResourceState: ({ type_name, raw_state }) => ({
      upgraded_state: encodeValue(provider.upgrade(type_name, object({ ...raw_state }) ?? {})),
    }),
    ReadResource: ({ type_name, current_state, private: mark }) => {
      const state = object(current_state);
      return { new_state: encodeValue(state && provider.read(type_name, state)), private: mark };
    },
    PlanResourceChange: (request, peer) => {
      const imported = isImported(request.prior_private);
      const prior = object(request.prior_state);
      const proposed = object(request.proposed_new_state);
      const config = object(request.config) ?? {};
      const { state, replacedBy, legacy } = provider.plan(
        request.type_name,
        config,
        prior,
        proposed,
        instance(peer),
        imported,
      );
      return {
        planned_state: encodeValue(state),
        requires_replace: replacedBy.map(wirePath),
        legacy_type_system: legacy,
      };
    },
    ApplyResourceChange: ({ type_name, planned_state, prior_state }, peer) => ({
      new_state: encodeValue(provider.apply(type_name, object(planned_state), object(prior_state), instance(peer))),
    }),
    ImportResourceState: ({ type_name, id }, peer) => ({
      imported_resources: [
        { type_name, state: encodeValue(provider.import(type_name, id, instance(peer))), private: importedMark },
      ],
    }),
    ReadDataSource: ({ type_name, config }, peer) => ({
      state: encodeValue(provider.open("data", type_name, object(config) ?? {}, instance(peer))),
    }),
    ValidateEphemeralResourceConfig: ({ type_name, config }) =>
      diagnostics(provider.validate("ephemeral", type_name, object(config) ?? {})),
    OpenEphemeralResource: ({ type_name, config }, peer) => ({
      result: encodeValue(provider.open("ephemeral", type_name, object(config) ?? {}, instance(peer))),
    }),
    RenewEphemeralResource: () => ({}),
    CloseEphemeralResource: () => ({}),
    GetFunctions: () => ({ functions: functions() }),
    CallFunction: ({ name, arguments: args }) => {
      const said = provider.answers()[name];
      if (said !== undefined) return { result: encodeAny(said) };
      try {
        return { result: encodeValue(provider.call(name, args.map(decodeValue))) };
      } catch (error) {
        return { error: { text: error instanceof Error ? error.message : String(error) } };
      }
    },
    Stop: () => ({}),
  };

  const server = new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    // Statistics of each call that nobody asks for.
    "grpc.enable_channelz": 0,
  });
  const handlers = Object.entries(answers).map(([name, answer]) => [
    name,
    (call: ServerUnaryCall<Request, object>, done: sendUnaryData<object>) => {
      try {
        done(null, answer(call.request, call.getPeer()));
      } catch (error) {
        // Terraform shows a diagnostic as its own error; a failed call would read "the plugin crashed".
        const detail = error instanceof Error ? error.message : String(error);
        done(null, diagnostics([{ path: [], detail }]));
      }
    },
  ]);
  server.addService(definition, Object.fromEntries(handlers));
  const port = await new Promise<number>((listening, failed) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? failed(error) : listening(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}

/** What a provider offers, as the protocol has it. */
function schemaAnswer({ provider, resource, data, ephemeral, meta }: ProviderSchema, functions: object): object {
  const wire = (blocks: typeof resource) =>
    Object.fromEntries(Object.entries(blocks).map(([type, block]) => [type, wireSchema(block)]));
  return {
    provider: wireSchema(provider),
    resource_schemas: wire(resource),
    data_source_schemas: wire(data),
    ephemeral_resource_schemas: wire(ephemeral),
    provider_meta: wireSchema(meta),
    functions,
  };
}

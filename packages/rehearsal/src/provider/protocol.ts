import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import protobuf from "protobufjs/light.js";
import messages from "./tfplugin5.json";

/** The calls of the protocol, and what encodes the answer of one: an answer that is encoded already is sent as it is. */
interface ProviderService {
  readonly definition: ServiceDefinition;
  encode(call: string, answer: object): Buffer;
}

/**
 * The messages and calls of Terraform's plugin protocol 5 that are in use, as protobufjs writes a .proto in JSON, so that it is part of
 * any bundle: https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/tfplugin5.proto
 *
 * @grpc/proto-loader would do the same, and describe each message once more for those who reflect on them: a tenth of the start.
 */
export function providerService(): ProviderService {
  const root = protobuf.Root.fromJSON(messages);
  const service = root.lookupService("tfplugin5.Provider");
  const encode = (name: string, answer: object): Buffer => {
    const method = service.methods[name];
    if (method === undefined) throw new Error(`the protocol lacks the call ${name}`);
    return Buffer.isBuffer(answer) ? answer : codec(method.resolvedResponseType).write(answer);
  };
  const definition = service.methodsArray.map((method): [string, MethodDefinition<object, object>] => {
    method.resolve();
    const [asked, answered] = [codec(method.resolvedRequestType), codec(method.resolvedResponseType)];
    const call: MethodDefinition<object, object> = {
      path: `/tfplugin5.Provider/${method.name}`,
      requestStream: false,
      responseStream: false,
      requestSerialize: asked.write,
      requestDeserialize: asked.read,
      responseSerialize: (answer) => (Buffer.isBuffer(answer) ? answer : answered.write(answer)),
      responseDeserialize: answered.read,
    };
    return [method.name, call];
  });
  return { definition: Object.fromEntries(definition), encode };
}

function codec(type: protobuf.Type | null) {
  if (type === null) throw new Error("the protocol lacks a message");
  return {
    write: (message: object) => Buffer.from(type.encode(type.fromObject({ ...message })).finish()),
    read: (bytes: Buffer): object =>
      type.toObject(type.decode(bytes), { longs: Number, defaults: true, oneofs: false }),
  };
}

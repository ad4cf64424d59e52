import { Client, credentials } from "@grpc/grpc-js";
import { encode } from "@msgpack/msgpack";
import fc from "fast-check";
import { noFacts } from "../src/facts/facts";
import { Cloud } from "../src/provider/cloud";
import { OfflineProvider } from "../src/provider/provider";
import { type ServedProvider, serveProvider } from "../src/provider/server";

const block = {
  attributes: {
    id: { type: "string", given: "never", computed: true },
    name: { type: "string", given: "optional", computed: false },
  },
  blocks: {},
  open: [],
} as const;
const schema = { provider: block, resource: { some_thing: block }, data: {}, ephemeral: {}, meta: block };

let server: ServedProvider;
let client: Client;
beforeAll(async () => {
  server = await serveProvider(new OfflineProvider("some", () => schema, noFacts, new Cloud()));
  client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
});
afterAll(() => {
  client.close();
  server.close();
});

const raw = (bytes: Buffer) => bytes;

/** @returns what the server said: bytes, or the code of a failed call */
const call = (method: string, message: Uint8Array) =>
  new Promise<Buffer | number>((answered) => {
    client.makeUnaryRequest(
      `/tfplugin5.Provider/${method}`,
      raw,
      raw,
      Buffer.from(message),
      { deadline: Date.now() + 20_000 },
      (error, answer) => answered(error === null && answer !== undefined ? answer : (error?.code ?? -1)),
    );
  });

const methods = [
  "GetSchema",
  "PrepareProviderConfig",
  "ValidateResourceTypeConfig",
  "Configure",
  "UpgradeResourceState",
  "ReadResource",
  "PlanResourceChange",
  "ApplyResourceChange",
  "ImportResourceState",
  "ReadDataSource",
  "OpenEphemeralResource",
  "CallFunction",
];

/** A field of a protocol buffer: its number, and bytes. */
const field = (number: number, bytes: Uint8Array) =>
  Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
const type = fc.constantFrom("some_thing", "no_such_thing", "__proto__", "");
const bytes = fc.uint8Array({ maxLength: 40 });
/** A value in msgpack that is no configuration, or no msgpack at all. */
const value = fc.oneof(
  bytes,
  fc
    .jsonValue({ maxDepth: 2 })
    .map((any) => encode(any))
    .filter((encoded) => encoded.length < 100),
);
const request = fc
  .tuple(type, fc.array(fc.tuple(fc.integer({ min: 2, max: 7 }), value), { maxLength: 4 }))
  .map(([name, values]) =>
    Buffer.concat([
      field(1, Buffer.from(name)),
      ...values.map(([number, content]) => field(number, field(1, content))),
    ]),
  );

/** gRPC's codes of a message that could not be read, and of a field that broke the rules. */
const refused = [3, 13];

test("a malformed message is answered with an error, and the next one as ever", async () => {
  const message = fc.oneof(bytes, request);
  const survives = fc.asyncProperty(fc.constantFrom(...methods), message, async (method, content) => {
    const answer = await call(method, content);
    expect(Buffer.isBuffer(answer) || refused.includes(answer)).toBe(true);
    const schemas = await call("GetSchema", Buffer.alloc(0));
    expect(String(schemas)).toContain("some_thing");
  });
  await fc.assert(survives, { numRuns: 300 });
});

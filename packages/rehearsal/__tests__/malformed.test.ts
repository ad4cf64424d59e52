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
const call = (method: string, message: Uint8Array, cancelled = false) =>
  new Promise<Buffer | number>((answered) => {
    const request = client.makeUnaryRequest(
      `/tfplugin5.Provider/${method}`,
      raw,
      raw,
      Buffer.from(message),
      { deadline: Date.now() + 20_000 },
      (error, answer) => answered(error === null && answer !== undefined ? answer : (error?.code ?? -1)),
    );
    if (cancelled) request.cancel();
  });

const methods = [
  "GetSchema",
  "PrepareProviderConfig",
  "ValidateResourceTypeConfig",
  "ValidateDataSourceConfig",
  "Configure",
  "UpgradeResourceState",
  "ReadResource",
  "PlanResourceChange",
  "ApplyResourceChange",
  "ImportResourceState",
  "ReadDataSource",
  "ValidateEphemeralResourceConfig",
  "OpenEphemeralResource",
  "RenewEphemeralResource",
  "CloseEphemeralResource",
  "GetFunctions",
  "CallFunction",
];

/** A number as protocol buffers write it: seven bits a byte. */
function varint(number: number): Buffer {
  const bytes: number[] = [];
  let left = number;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  return Buffer.from([...bytes, left]);
}

/** A field of a protocol buffer: its number, and bytes. @param said the length that is said of them */
const field = (number: number, bytes: Uint8Array, said = bytes.length) =>
  Buffer.concat([varint(number * 8 + 2), varint(said), bytes]);

const type = fc.constantFrom("some_thing", "no_such_thing", "__proto__", "constructor", "");
const bytes = fc.uint8Array({ maxLength: 60 });
const any = fc.anything({ withBigInt: true, withTypedArray: true, withNullPrototype: true, maxDepth: 3 });
const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("id", "name", "__proto__", "more"));

/** A value in msgpack that is no configuration: of wrong types, cut off, with lengths that are not, deep, or no msgpack. */
const value = fc.oneof(
  bytes,
  fc.dictionary(text, any).map(packed),
  any.map(packed),
  any.chain((one) => {
    const whole = packed(one);
    return fc.nat(whole.length).map((end) => whole.subarray(0, end));
  }),
  // An array, a map, a text, bytes and an extension that say they are of four thousand million members.
  fc.constantFrom(0xdd, 0xdf, 0xdb, 0xc6, 0xc9).map((kind) => Buffer.from([kind, 0xff, 0xff, 0xff, 0xff, 0xa1, 0x61])),
  fc.integer({ min: 1000, max: 20_000 }).map((deep) => Buffer.alloc(deep, 0x91)),
  fc.integer({ min: 1, max: 127 }).map((kind) => Buffer.from([0x81, 0xa4, ...Buffer.from("name"), 0xd4, kind, 0])),
);

function packed(one: unknown): Uint8Array {
  try {
    return encode(one, { useBigInt64: true });
  } catch {
    // A function or a symbol, which no message can hold.
    return encode(null);
  }
}

/** Dynamic values stand in their fields as msgpack (1) or JSON (2); other fields are texts and bytes, or not known. */
const request = fc
  .tuple(type, fc.array(fc.tuple(fc.integer({ min: 2, max: 40 }), fc.constantFrom(1, 2), value), { maxLength: 5 }))
  .map(([name, values]) =>
    Buffer.concat([
      field(1, Buffer.from(name)),
      ...values.map(([number, form, content]) => field(number, field(form, content))),
    ]),
  );

/** A message that says it is longer than it is, or of which a part is lost. */
const broken = fc.oneof(
  request.chain((whole) => fc.nat(whole.length).map((end) => whole.subarray(0, end))),
  fc.nat(2 ** 31).map((length) => field(2, Buffer.from("x"), length)),
);
const message = fc.oneof(bytes, request, broken);

/** gRPC's codes of a message that could not be read, and of a field that broke the rules. */
const refused = [3, 13];
const cancelled = 1;
const answer = (said: Buffer | number, codes: readonly number[]) => Buffer.isBuffer(said) || codes.includes(said);

const numRuns = Number(process.env.MALFORMED ?? 300);

test(
  "a malformed message is answered with an error, and the next one as ever",
  async () => {
    const survives = fc.asyncProperty(fc.constantFrom(...methods), message, async (method, content) => {
      expect(answer(await call(method, content), refused)).toBe(true);
      expect(String(await call("GetSchema", Buffer.alloc(0)))).toContain("some_thing");
    });
    await fc.assert(survives, { numRuns, endOnFailure: true });
  },
  60_000 + numRuns * 100,
);

test(
  "calls at once, in any order, some of them cancelled, do not disturb one another",
  async () => {
    const calls = fc.array(fc.tuple(fc.constantFrom(...methods), message, fc.boolean()), {
      minLength: 2,
      maxLength: 20,
    });
    const survives = fc.asyncProperty(calls, async (all) => {
      const said = await Promise.all(all.map(([method, content, stopped]) => call(method, content, stopped)));
      expect(said.every((one, index) => answer(one, all[index]?.[2] ? [...refused, cancelled] : refused))).toBe(true);
      const planned = await call("PlanResourceChange", plan);
      expect(String(planned)).toContain("a name");
    });
    await fc.assert(survives, { numRuns: Math.ceil(numRuns / 10), endOnFailure: true });
  },
  60_000 + numRuns * 100,
);

/** A plan as Terraform asks for it: of a thing that is not there yet. */
const thing = encode({ id: null, name: "a name" });
const plan = Buffer.concat([
  field(1, Buffer.from("some_thing")),
  field(2, field(1, encode(null))),
  field(3, field(1, thing)),
  field(4, field(1, thing)),
]);

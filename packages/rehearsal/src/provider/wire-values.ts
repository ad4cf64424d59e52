import { Decoder, ExtensionCodec, encode } from "@msgpack/msgpack";
import { isValue, toValue, Unknown, unknown, type Value } from "@platform/terraform";
import { typeOf } from "../answers";

const extensions = new ExtensionCodec();
extensions.register({
  type: 0,
  encode: (value) => (value instanceof Unknown ? new Uint8Array(1) : null),
  decode: () => unknown,
});
// A refined unknown ("not null", "starts with vpc-"): here only that it is unknown matters.
extensions.register({ type: 12, encode: () => null, decode: () => unknown });

// One for all messages: names of attributes come again and again, and are decoded once.
const decoder = new Decoder({ extensionCodec: extensions, useBigInt64: true });

/** Terraform's wire form of a value, msgpack or JSON. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

export function decodeValue(dynamic: DynamicValue | null | undefined): Value {
  if (dynamic?.msgpack?.length) {
    return asValue(decoder.decode(dynamic.msgpack));
  }
  if (dynamic?.json?.length) return asValue(JSON.parse(Buffer.from(dynamic.json).toString("utf8")));
  return null;
}

/** What was decoded is nobody else's: only what Terraform never sends (a time, bytes) is made anew. */
const asValue = (decoded: unknown): Value => (isValue(decoded) ? decoded : toValue(decoded));

export function encodeValue(value: Value): DynamicValue {
  return { msgpack: encode(value, { extensionCodec: extensions, useBigInt64: true }) };
}

/** A value where any type may be: its type goes before it. */
export function encodeAny(value: unknown): DynamicValue {
  return { msgpack: encode([Buffer.from(JSON.stringify(typeOf(value))), value]) };
}

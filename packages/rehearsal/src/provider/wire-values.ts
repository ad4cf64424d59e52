import { decode, ExtensionCodec, encode } from "@msgpack/msgpack";
import { toValue, Unknown, unknown, type Value } from "@platform/terraform";
import { typeOf } from "../answers";

const extensions = new ExtensionCodec();
extensions.register({
  type: 0,
  encode: (value) => (value instanceof Unknown ? new Uint8Array(1) : null),
  decode: () => unknown,
});
// A refined unknown ("not null", "starts with vpc-"): here only that it is unknown matters.
extensions.register({ type: 12, encode: () => null, decode: () => unknown });

/** Terraform's wire form of a value, msgpack or JSON. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

export function decodeValue(dynamic: DynamicValue | null | undefined): Value {
  if (dynamic?.msgpack?.length) {
    return toValue(decode(dynamic.msgpack, { extensionCodec: extensions, useBigInt64: true }));
  }
  if (dynamic?.json?.length) return toValue(JSON.parse(Buffer.from(dynamic.json).toString("utf8")));
  return null;
}

export function encodeValue(value: Value): DynamicValue {
  return { msgpack: encode(value, { extensionCodec: extensions, useBigInt64: true }) };
}

/** A value where any type may be: its type goes before it. */
export function encodeAny(value: unknown): DynamicValue {
  return { msgpack: encode([Buffer.from(JSON.stringify(typeOf(value))), value]) };
}

// What is lost when a resource of a type goes: something that cannot be built again, or nothing.
import { stateful, stateless } from "./resource-types.json";

/** Whether a resource of a type holds what cannot be built again; undefined for a type that nobody has thought about. */
export type HoldsData = (type: string) => boolean | undefined;

/** @param own types that a project adds to the ones above, or that it sees otherwise */
export function holdsData(
  own: { readonly stateful?: readonly string[] | undefined; readonly stateless?: readonly string[] | undefined } = {},
): HoldsData {
  const known = new Map([
    ...stateful.map((type) => [type, true] as const),
    ...stateless.map((type) => [type, false] as const),
    ...(own.stateful ?? []).map((type) => [type, true] as const),
    ...(own.stateless ?? []).map((type) => [type, false] as const),
  ]);
  return (type) => known.get(type);
}

import { isObject, type Value } from "@platform/terraform";
import type { Finding } from "./facts";

/** What a configuration says at a path of names, and where: once for each of several blocks. */
export function said(
  names: readonly string[],
  value: Value,
  path: Finding["path"] = [],
): { readonly path: Finding["path"]; readonly value: Value }[] {
  const [name, ...rest] = names;
  if (Array.isArray(value)) return value.flatMap((item, index) => said(names, item, [...path, index]));
  if (name === undefined) return value === null ? [] : [{ path, value }];
  return isObject(value) ? said(rest, value[name] ?? null, [...path, name]) : [];
}

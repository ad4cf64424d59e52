import { type ProviderType, words } from "./provider-table";

/** Whether a change of an attribute replaces its resource. */
export type Replacement = "replaces" | "in place" | "not known";

/**
 * What a change at a path does.
 *
 * @param entry what the provider's source says of the type; undefined for a type that it does not have
 * @param path names with dots between: `root_block_device.volume_size`; of a block alone: whether it is another number of them
 */
export function replacementOf(entry: ProviderType | undefined, path: string): Replacement {
  if (/^(tags|tags_all|timeouts)($|\.)/.test(path)) return "in place";
  if (entry === undefined) return path === "region" ? "replaces" : "not known";
  if (words(entry.replaces).includes(path)) return "replaces";
  const leading = path.split(".").map((_name, index, names) => names.slice(0, index + 1).join("."));
  if (words(entry.sometimes).some((known) => leading.includes(known))) return "not known";
  // Of a block nothing is said but that it changed: so may what is in it.
  const inside = (known: string) => known.startsWith(`${path}.`);
  return [...words(entry.replaces), ...words(entry.sometimes)].some(inside) ? "not known" : "in place";
}

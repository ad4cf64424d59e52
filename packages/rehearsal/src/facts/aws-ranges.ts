import type { ObjectValue } from "@platform/terraform";
import table from "./data/aws-ranges.json";
import type { Finding } from "./facts";
import { said } from "./said";

const types: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = table.types;

export const rangesSource: string = table.source;

/**
 * Numbers outside of what the documentation allows, in the words of Terraform's plugin SDK. A warning: documentation is
 * older than a service, now and then.
 */
export function checkRanges(type: string, config: ObjectValue): Finding[] {
  return Object.entries(types[type] ?? {}).flatMap(([name, [least = 0, most = 0]]) =>
    said(name.split("."), config).flatMap(({ path, value }): Finding[] => {
      if (typeof value !== "number" || (value >= least && value <= most)) return [];
      const detail = `expected ${name} to be in the range (${least} - ${most}), got ${value}`;
      return [{ path, detail, warning: true }];
    }),
  );
}

/** The ranges of a type's own arguments, for people to read. */
export const rangeTexts = (type: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(types[type] ?? {}).map(([name, [least, most]]) => [name, `from ${least} to ${most}`]),
  );

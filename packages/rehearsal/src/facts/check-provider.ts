import { isKnown, isObject, type ObjectValue, Unknown } from "@platform/terraform";
import type { Block } from "../schema/block";
import { checkTogether } from "./check-together";
import type { Finding } from "./facts";
import { elements, type Place, said } from "./places";
import type { ProviderType } from "./provider-table";
import { broken, type Rule } from "./value-rules";

/**
 * What the provider's own validators refuse in a configuration. Null, what is left out and what is not known yet are never looked
 * at.
 *
 * @param newer whether the bindings are of a newer provider than the table: what its lists lack may then be right
 */
export function checkProvider(entry: ProviderType, config: ObjectValue, block: Block, newer: boolean): Finding[] {
  return [
    ...checkTogether(entry, config, block, newer),
    ...checkItems(entry, config, block),
    ...checkValues(entry, config, block, newer),
    ...checkDeprecated(entry, config, block),
  ];
}

function checkValues({ values = {}, keys = {} }: ProviderType, config: ObjectValue, block: Block, newer: boolean) {
  const ofValues = Object.entries(values).flatMap(([path, rules]) =>
    said(path, config, block).flatMap((place) => elements(place).flatMap((one) => refused(rules, one, newer))),
  );
  const ofKeys = Object.entries(keys).flatMap(([path, rules]) =>
    said(path, config, block).flatMap((place) => {
      const { value } = place;
      if (!isObject(value)) return [];
      return Object.keys(value).flatMap((key) => refused(rules, { ...place, value: key }, newer));
    }),
  );
  return [...ofValues, ...ofKeys];
}

function refused(rules: readonly Rule[], { path, steps, value }: Place, newer: boolean): Finding[] {
  return rules
    .flatMap((rule) => broken(rule, steps.join("."), value))
    .map(({ words, listed }) =>
      newer && listed ? { path, detail: words, warning: true } : { path, summary: words, detail: "" },
    );
}

/**
 * How many elements a list has. The most blocks of the SDK's are part of the schema, so that Terraform itself counts those.
 */
function checkItems({ items = {}, framework = false }: ProviderType, config: ObjectValue, block: Block): Finding[] {
  return Object.entries(items).flatMap(([name, [least, most]]) =>
    said(name, config, block).flatMap(({ path, steps, value }): Finding[] => {
      // Whether a dynamic block made it, nobody can see: the SDK counts nothing that has something unknown in it.
      if (value === null || value instanceof Unknown || !isKnown(value) || typeof value !== "object") return [];
      const attribute = steps.join(".");
      const count = Array.isArray(value) ? value.length : Object.keys(value).length;
      if (framework) return ofFramework(path, attribute, count, least, most);
      if (most > 0 && count > most && !isBlock(name.split("."), block)) {
        const detail = `Attribute ${attribute} supports ${most} item maximum, but config has ${count} declared.`;
        return [{ path, summary: "Too many list items", detail }];
      }
      if (count >= least) return [];
      const detail = `Attribute ${attribute} requires ${least} item minimum, but config has only ${count} declared.`;
      return [{ path, summary: "Not enough list items", detail }];
    }),
  );
}

function ofFramework(path: Finding["path"], attribute: string, count: number, least: number, most: number): Finding[] {
  if (count >= least && (most === 0 || count <= most)) return [];
  const wanted =
    least > 0 && most > 0
      ? `at least ${least} elements and at most ${most}`
      : most > 0
        ? `at most ${most}`
        : `at least ${least}`;
  const detail = `Attribute ${attribute} must contain ${wanted} elements, got: ${count}`;
  return [{ path, summary: "Invalid Attribute Value", detail }];
}

/** Whether a path leads to a block whose count the schema limits. */
function isBlock([name = "", ...rest]: readonly string[], block: Block): boolean {
  const nested = block.blocks[name];
  return nested !== undefined && (rest.length === 0 ? nested.max > 0 : isBlock(rest, nested.block));
}

function checkDeprecated({ deprecated = {} }: ProviderType, config: ObjectValue, block: Block): Finding[] {
  return Object.entries(deprecated).flatMap(([name, detail]) =>
    said(name, config, block).map(({ path }) => ({ path, warning: true, summary: "Argument is deprecated", detail })),
  );
}

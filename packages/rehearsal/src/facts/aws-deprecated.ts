import type { ObjectValue } from "@platform/terraform";
import table from "./data/aws-deprecated.json";
import type { Finding } from "./facts";
import { said } from "./said";

const types: Readonly<Record<string, Readonly<Record<string, string>>>> = table.types;

export const deprecatedSource: string = table.source;

/** The arguments of a configuration that the provider warns of, in its words. */
export function checkDeprecated(type: string, config: ObjectValue): Finding[] {
  return Object.entries(types[type] ?? {}).flatMap(([path, detail]) =>
    said(path.split("."), config).map(({ path: place }) => ({
      path: place,
      warning: true,
      summary: "Argument is deprecated",
      detail,
    })),
  );
}

/** The deprecated arguments of a type, for people to read. */
export const deprecatedTexts = (type: string): string[] =>
  Object.entries(types[type] ?? {}).map(([path, words]) => `${path}: ${words}`);

import { Hidden, isAbsent, later, type Value } from "./values";

/** Words of ours, and values of the plan between them: those are printed as they are, whatever they hold. */
export type Phrase = readonly (string | Quoted)[];

export interface Quoted {
  readonly quoted: string;
}

/** `` say`port ${port} opens` `` */
export function say(words: TemplateStringsArray, ...values: readonly Value[]): Phrase {
  return words.flatMap((word, index) => {
    const value = values[index];
    return value === undefined ? [word] : [word, { quoted: show(value) }];
  });
}

/** A value as an operator reads it. */
function show(value: Value): string {
  if (value === later) return "(known after apply)";
  if (value instanceof Hidden) return "(sensitive)";
  if (isAbsent(value)) return "nothing";
  return typeof value === "object" ? JSON.stringify(plain(value)) : String(value);
}

/** The value with words in place of what JSON cannot say or must not; entries that mean nothing are left out. */
export function plain(value: Value): unknown {
  if (value === later || value instanceof Hidden) return show(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (isAbsent(inner) ? [] : [[name, plain(inner)]])),
  );
}

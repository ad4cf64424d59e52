import type { Rule } from "./facts";

const classes: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7f",
  blank: "\\t ",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};

/**
 * A regular expression of Go in the form of JavaScript: anchors of the whole text, named classes, a bracket that opens a
 * class, and white space that is ASCII alone. @returns undefined where JavaScript has no such form
 */
export function javascriptPattern(go: string): { pattern: string; flags?: string } | undefined {
  const [, options = "", rest = go] = /^\(\?([a-z]+)\)([\s\S]*)$/.exec(go) ?? [];
  if (/[^is]/.test(options)) return undefined;
  let pattern = "";
  let inside = false;
  for (const [token] of rest.matchAll(
    /\\x\{[0-9a-fA-F]+\}|\\[pP]\{?\w+\}?|\\[\s\S]|\[:\^?\w+:\]|\(\?P<|\(\?[a-zA-Z-]+[:)]|\[\^?\]?|[\s\S]/g,
  )) {
    const named = /^\[:(\w+):\]$/.exec(token)?.[1];
    const code = /^\\x\{(\w+)\}$/.exec(token)?.[1];
    if (/^\\[pPQEC]/.test(token) || (/^\(\?[a-zA-Z-]+[:)]$/.test(token) && token !== "(?:")) return undefined;
    if (code !== undefined) {
      if (code.length > 4) return undefined;
      pattern += `\\u${code.padStart(4, "0")}`;
    } else if (named !== undefined && inside) {
      const members = classes[named];
      if (members === undefined) return undefined;
      pattern += members;
    } else if (token === "\\A") pattern += "^";
    else if (token === "\\z") pattern += "$";
    else if (token === "\\s") pattern += inside ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]";
    else if (token === "\\S" && !inside) pattern += "[^\\t\\n\\f\\r ]";
    else if (token === "(?P<") pattern += "(?<";
    else if (token === "." && !inside) pattern += options.includes("s") ? "[\\s\\S]" : "[^\\n]";
    else if (/^\[\^?\]?$/.test(token)) {
      pattern += inside ? token.replaceAll(/[[\]]/g, "\\$&") : token.replace("]", "\\]");
      if (inside && token.endsWith("]")) {
        pattern = `${pattern.slice(0, -2)}]`;
        inside = false;
      } else inside = true;
    } else {
      if (token === "]" && inside) inside = false;
      pattern += token;
    }
  }
  const flags = options.includes("i") ? "i" : undefined;
  try {
    new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
  return { pattern, ...(flags === undefined ? {} : { flags }) };
}

/** @param message what the provider says of a value that does not match */
export function patternRule(go: string, not: boolean, message: unknown): Rule | undefined {
  const translated = javascriptPattern(go);
  if (translated === undefined) return undefined;
  const said = typeof message === "string" && message !== "" ? { message } : {};
  return { ...translated, ...(not ? { not: true as const } : {}), ...said };
}

/** A pattern that matches a text as it is written. */
export const literally = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Reads out of a checkout of hashicorp/terraform-provider-aws which attributes of each type replace it (`ForceNew: true`
 * of its first SDK). An attribute whose schema is not written out where it is named is left out, and so are types of the
 * newer framework.
 *
 * @returns type -> attribute -> whether its change replaces the resource
 */
export function replacedAttributes(folder: string): Map<string, Map<string, boolean>> {
  const found = new Map<string, Map<string, boolean>>();
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".go") || file.endsWith("_test.go")) continue;
    const old = /(?:^|\/)aws\/resource_(aws_\w+)\.go$/.exec(file)?.[1];
    if (old === undefined && !file.includes("internal/service/")) continue;
    const source = readFileSync(join(folder, file), "utf8");
    const types =
      old === undefined
        ? [...source.matchAll(/^\/\/ @SDKResource\("(aws_\w+)"/gm)].map(
            (match) => [match[1] ?? "", source.slice(match.index)] as const,
          )
        : [[old, source] as const];
    for (const [type, text] of types) {
      const schema =
        /return &schema\.Resource\{[\s\S]*?\n\t\t(?:Schema: map\[string\]\*schema\.Schema\{|SchemaFunc: func\(\) map\[string\]\*schema\.Schema \{\s+return map\[string\]\*schema\.Schema\{)/.exec(
          text,
        );
      if (schema !== null) found.set(type, attributesIn(body(text, schema.index + schema[0].length)));
    }
  }
  return found;
}

/** The text from just inside of a brace to the brace that closes it. */
function body(text: string, from: number): string {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (letter === "`" || letter === '"') {
      const end = text.indexOf(letter, at + 1);
      if (end < 0) break;
      at = end;
    }
    if (letter === "{") depth++;
    else if (letter === "}" && --depth === 0) return text.slice(from, at);
  }
  return text.slice(from);
}

function attributesIn(schema: string): Map<string, boolean> {
  const attributes = new Map<string, boolean>();
  let rest = schema;
  for (let key = next(rest); key !== null; key = next(rest)) {
    const own = body(rest, key.index + key[0].length);
    rest = rest.slice(key.index + key[0].length + own.length);
    const name = key[1] ?? "";
    let flat = "";
    for (let at = 0, depth = 0; at < own.length; at++) {
      const letter = own[at] ?? "";
      if (letter === "{" || letter === "(") depth++;
      else if (letter === "}" || letter === ")") depth--;
      else if (depth === 0) flat += letter;
    }
    if (!/Optional:\s+true|Required:\s+true/.test(flat)) continue;
    attributes.set(name, /ForceNew:\s+true/.test(flat));
  }
  return attributes;
}

const next = (text: string) => /"(\w+)":\s+\{/.exec(text);

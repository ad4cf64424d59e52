import { isRecord } from "./values";

/** What an expression refers to: `data.aws_vpc.main[0].id`. */
export interface Reference {
  readonly mode: "managed" | "data" | "ephemeral";
  readonly type: string;
  readonly name: string;
  /** What follows the name, without indexes: `["outputs", "vpc-id"]`. */
  readonly attributes: readonly string[];
  /** The same as it is written, with indexes: `[0].tags["Name"]`. */
  readonly path: string;
}

/** Only after `data.` or `ephemeral.` may a type be one word (`data.external.archive.result`): else it would be a local, a variable or a module. */
const expression =
  /(?<![\w.-])(?:(data|ephemeral)\.([a-z]\w*)|([a-z][a-z0-9]*_[a-z0-9_]+))\.([A-Za-z_][\w-]*)((?:\[[^\]]*\]|\.[A-Za-z_][\w-]*)*)/g;

/** Every reference to a resource or a data source in a setting: a text, or anything that holds texts. */
export function* references(setting: unknown): Generator<Reference> {
  if (typeof setting === "string" && setting.includes("${")) yield* referencesIn(setting);
  else if (Array.isArray(setting)) for (const item of setting) yield* references(item);
  else if (isRecord(setting)) for (const item of Object.values(setting)) yield* references(item);
}

/** @param text an expression in Terraform's language, without `${}` around it */
export function* referencesIn(text: string): Generator<Reference> {
  for (const [, mode, read, managed, name = "", rest = ""] of text.matchAll(expression)) {
    const attributes = rest
      .replaceAll(/\[[^\]]*\]/g, "")
      .split(".")
      .slice(1);
    const of = mode === "data" || mode === "ephemeral" ? mode : "managed";
    yield { mode: of, type: read ?? managed ?? "", name, attributes, path: rest };
  }
}

/** Where cdktf reads another stack's output. */
export interface CrossStackOutput {
  readonly stack: string;
  readonly output: string;
}

/** The type and the name that cdktf gives to the data source by which one stack reads another one's outputs. */
const remoteState = "terraform_remote_state";
const crossStack = "cross-stack-reference-input-";

/** The stack that a data source reads; undefined when it is not one of cdktf's own between stacks. */
export function stackRead({ type, name }: { readonly type: string; readonly name: string }): string | undefined {
  return type === remoteState && name.startsWith(crossStack) ? name.slice(crossStack.length) : undefined;
}

/** The output that a reference reads; undefined when it refers to anything else. */
export function crossStackOutput(reference: Reference): CrossStackOutput | undefined {
  const stack = stackRead(reference);
  const [outputs, output] = reference.attributes;
  return stack === undefined || outputs !== "outputs" || output === undefined ? undefined : { stack, output };
}

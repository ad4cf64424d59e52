import { isObject, type ObjectValue, type Value } from "@platform/terraform";
import type { ValueContext } from "./facts";

const list = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : []);
const objects = (value: Value | undefined): ObjectValue[] => list(value).filter(isObject);
/** IAM writes a list of one as the one. */
const oneOrMany = (values: Value[]) => (values.length === 1 ? values[0] : values);

function principals(blocks: ObjectValue[]): unknown {
  const byType: Record<string, Value[]> = {};
  for (const { type, identifiers } of blocks) {
    byType[String(type)] = [...(byType[String(type)] ?? []), ...list(identifiers)];
  }
  const [only] = Object.entries(byType);
  if (only?.[0] === "*" && Object.keys(byType).length === 1) return oneOrMany(only[1]);
  return Object.fromEntries(Object.entries(byType).map(([type, identifiers]) => [type, oneOrMany(identifiers)]));
}

function conditions(blocks: ObjectValue[]): Record<string, Record<string, unknown>> {
  const byTest: Record<string, Record<string, unknown>> = {};
  for (const { test, variable, values } of blocks) {
    byTest[String(test)] = { ...byTest[String(test)], [String(variable)]: oneOrMany(list(values)) };
  }
  return byTest;
}

function statement(block: ObjectValue): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  if (typeof block.sid === "string" && block.sid !== "") written.Sid = block.sid;
  written.Effect = block.effect ?? "Allow";
  const lists = { Action: "actions", NotAction: "not_actions", Resource: "resources", NotResource: "not_resources" };
  for (const [member, attribute] of Object.entries(lists)) {
    if (list(block[attribute]).length > 0) written[member] = oneOrMany(list(block[attribute]));
  }
  if (list(block.principals).length > 0) written.Principal = principals(objects(block.principals));
  if (list(block.not_principals).length > 0) written.NotPrincipal = principals(objects(block.not_principals));
  if (list(block.condition).length > 0) written.Condition = conditions(objects(block.condition));
  return written;
}

const statementsOf = (text: Value): Record<string, unknown>[] => {
  const parsed: { Statement?: Record<string, unknown> | Record<string, unknown>[] } = JSON.parse(String(text));
  return parsed.Statement === undefined ? [] : Array.isArray(parsed.Statement) ? parsed.Statement : [parsed.Statement];
};

/** A later statement with the Sid of an earlier one takes its place. */
function overridden(base: Record<string, unknown>[], over: Record<string, unknown>[]): Record<string, unknown>[] {
  const sids = new Set(over.flatMap(({ Sid }) => (typeof Sid === "string" ? [Sid] : [])));
  return [...base.filter(({ Sid }) => typeof Sid !== "string" || !sids.has(Sid)), ...over];
}

/**
 * The JSON of an `aws_iam_policy_document`: source documents first, then its own statements, then overriding documents.
 *
 * @param indent spaces of indentation; 0 writes one line
 */
export const policyDocument =
  (indent: number) =>
  (context: ValueContext): string => {
    const source = list(context.attribute("source_policy_documents")).flatMap(statementsOf);
    const own = objects(context.attribute("statement")).map(statement);
    const over = list(context.attribute("override_policy_documents")).flatMap(statementsOf);
    const id = context.attribute("policy_id");
    const document = {
      Version: context.attribute("version") ?? "2012-10-17",
      ...(typeof id === "string" ? { Id: id } : {}),
      Statement: overridden(overridden(source, own), over),
    };
    return JSON.stringify(document, null, indent);
  };

import { say } from "../phrase";
import type { ChangeRule } from "./rule";
export const statefulDestroyed: ChangeRule = {
  name: "stateful-destroyed",
  level: "stop",
  sentence: "Destroys what cannot be built again",
  about: ({ type, action, replacedFor, holdsData }) => {
    if (holdsData === false) return undefined;
    if (action === "delete") return say`${type} is deleted`;
    if (action !== "replace") return undefined;
    return replacedFor.length === 0 ? say`${type} is replaced` : say`${type} is replaced for ${replacedFor.join(", ")}`;
  },
};

/** Nobody calls these by their own name: what refers to one moves from the old to the new, which is there by then. */
const revisions: ReadonlySet<string> = new Set([
  "aws_api_gateway_deployment",
  "aws_apigatewayv2_deployment",
  "aws_ecs_task_definition",
  "aws_lambda_layer_version",
  "aws_launch_configuration",
]);

export const replaced: ChangeRule = {
  name: "replaced",
  level: "look",
  sentence: "Replaces a resource: it is gone for a while, or its address changes",
  about: ({ action, type, replacedFor, holdsData, createFirst }) =>
    action !== "replace" || holdsData !== false || (createFirst && revisions.has(type))
      ? undefined
      : say`for ${replacedFor.join(", ") || "a person asked for it"}`,
};

export const destroyed: ChangeRule = {
  name: "destroyed",
  level: "look",
  sentence: "Removes a resource",
  about: ({ type, action, holdsData }) => {
    if (action === "forget") return say`${type} stays in AWS, unmanaged`;
    return action === "delete" && holdsData === false ? say`${type}` : undefined;
  },
};

export const unknownType: ChangeRule = {
  name: "unknown-type",
  level: "look",
  sentence:
    "Changes a type of resource that no rule knows: read it, then say in the configuration whether it is stateful",
  about: ({ type, holdsData }) => (holdsData === undefined ? say`${type}` : undefined),
};

export const replacementNotKnown: ChangeRule = {
  name: "replacement-not-known",
  level: "look",
  sentence: "May replace what cannot be built again: nobody knows before a plan against the account",
  about: ({ action, replacementNotKnown: names, holdsData }) =>
    action !== "update" || holdsData === false || names.length === 0 ? undefined : say`for ${names.join(", ")}`,
};

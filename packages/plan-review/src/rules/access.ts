import { type Change, past } from "../change";
import { say } from "../phrase";
import { isAbsent, type Value } from "../values";
import { gained, loosened, nameOf } from "./grants";
import { beyondTags, type ChangeRule, transitions } from "./rule";

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
    const access = accessGained(change).find((word) =>
      /^([~&]\*|all(keys|channels|commands)|\+@(all|admin|dangerous)|nopass)$/.test(word),
    );
    if (access !== undefined) return say`access_string gains ${access}`;
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

/** What a user of Redis or Valkey may do anew. https://valkey.io/topics/acl/ */
function accessGained({ action, before, after }: Change): readonly string[] {
  if (action === "delete" || typeof after.access_string !== "string") return [];
  const words = (text: Value | undefined) => (typeof text === "string" ? text.toLowerCase().split(/\s+/) : []);
  const had = new Set(words(before.access_string));
  return words(after.access_string).filter((word) => !had.has(word));
}

/** `*`, or an ARN that names a kind of resource and no resource: `arn:aws:iam::1:role/*`. A bucket's objects are a part of the bucket. */
const isEverything = (resource: string) =>
  resource === "*" ||
  (/^arn:[^:]*:[^:]*:[^:]*:[^:]*:([\w-]+[:/])?\*$/.test(resource) && !/^arn:[^:]*:s3:::[^*]/.test(resource));

export const policyLoosened: ChangeRule = {
  name: "policy-loosened",
  level: "stop",
  sentence: "Takes away what held a policy back",
  about: (change) => {
    const boundary = transitions(change).find(
      ({ path, before }) => path === "permissions_boundary" && !isAbsent(before),
    );
    if (boundary !== undefined) return say`boundary ${boundary.before} → ${boundary.after}`;
    const statement = loosened(change);
    if (statement === undefined) return undefined;
    return statement.effect === "Deny"
      ? say`statement ${nameOf(statement)} denies less`
      : say`statement ${nameOf(statement)} loses a condition`;
  },
};

export const newTrust: ChangeRule = {
  name: "new-trust",
  level: "stop",
  sentence: "Trusts somebody new",
  about: (change, { account }) => {
    const { type, action, before, after } = change;
    if (type === "aws_iam_openid_connect_provider" && action === "create")
      return say`identity provider ${after.url ?? null}`;
    if (type === "aws_lambda_permission") {
      const principal = after.principal;
      if (typeof principal !== "string" || principal === before.principal) return undefined;
      return action !== "create" || isForeign(`AWS ${principal}`, account) ? say`${principal} may invoke` : undefined;
    }
    const found = gained(change)
      .filter(({ part }) => part === "principal")
      .find(({ entry }) => action !== "create" || isForeign(entry, account));
    return found && say`${found.entry}`;
  },
};

/** Whether a new policy trusts somebody outside the account; AWS's own services are not. */
function isForeign(principal: string, account: string | undefined): boolean {
  if (principal.startsWith("Federated ")) return true;
  const [, other] = /^AWS (?:arn:[^:]*:[^:]*::)?(\d{12})(?::|$)/.exec(principal) ?? [];
  return other !== undefined && other !== account;
}

/** Attributes that other rules have to read. */
const telling = /(policy|cidr|principal|ingress|egress)/;
/** Attributes that hold a policy. */
const policies = /(^|\.)(assume_role_)?policy(\.|\[|$)/;
/** Types whose `policy` says nothing of who may do what: when images expire. */
const withoutAccess = new Set(["aws_ecr_lifecycle_policy"]);

export const unreadable: ChangeRule = {
  name: "unreadable",
  level: "stop",
  sentence: "Changes access in a way that nobody can review here",
  about: ({ differences, type }) => {
    const secret = differences.find(({ kind, path }) => kind === "hidden" && telling.test(path));
    if (secret !== undefined) return say`${secret.path} is sensitive`;
    if (withoutAccess.has(type)) return undefined;
    const strange = differences.find(({ kind, path }) => kind !== "policy" && policies.test(path));
    return strange && say`${strange.path} is no policy that the review can read`;
  },
};

export const policyChange: ChangeRule = {
  name: "policy-change",
  level: "look",
  sentence: "Changes who may do what",
  about: (change) => {
    const { type, action, differences, later } = change;
    const policies = differences
      .filter(({ kind, path }) => kind === "policy" || path === "access_string")
      .map(({ path }) => path);
    const unknown = later.filter((path) => /(^|\.)(assume_role_)?policy$/.test(path));
    if (policies.length + unknown.length > 0) return say`${[...policies, ...unknown].join(", ")}`;
    // Permissions come and go with resources that hold nothing else.
    const holds = /_(policy|policy_attachment|permission)$/.test(type);
    return holds && beyondTags(change) ? [...say`${type}`, ` is ${past[action]}`] : undefined;
  },
};

import type { Permission, Policies } from "../permissions/permission";
import { policyDocument } from "./policy";

/** Characters of a managed policy, and managed policies of a role. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const charactersOfPolicy = 6_144;
const policiesOfRole = 10;

/**
 * Policies that IAM takes, with the same rights. A part keeps what fits, from its first statement on. The rest of all parts
 * shares `more` and `more-2`, as far as a role may have more policies, and else goes where another part has room: so a
 * policy keeps its name while services are added. A statement that fits nowhere becomes two, with half of its resources each.
 *
 * @throws when ten policies are full
 */
export function policyParts(policies: Policies): Policies {
  const parts = new Map<string, Permission[]>();
  const rest: Permission[] = [];
  for (const [part, permissions] of Object.entries(policies)) {
    const kept: Permission[] = [];
    for (const permission of permissions.flatMap(pieces)) (fits(...kept, permission) ? kept : rest).push(permission);
    parts.set(part, kept);
  }
  const shared: Permission[][] = [];
  const others = [...parts.values()].reverse();
  const place = (permission: Permission): void => {
    if (shared.every((page) => !fits(...page, permission)) && parts.size < policiesOfRole) {
      const page: Permission[] = [];
      shared.push(page);
      parts.set(shared.length === 1 ? "more" : `more-${shared.length}`, page);
    }
    const room = [...shared, ...others].find((page) => fits(...page, permission));
    if (room !== undefined) room.push(permission);
    else for (const half of halves(permission)) place(half);
  };
  for (const permission of rest) place(permission);
  return Object.fromEntries(parts);
}

/** The statement, in parts where it alone is longer than a policy. */
const pieces = (permission: Permission): Permission[] =>
  fits(permission) ? [permission] : halves(permission).flatMap(pieces);

function halves(permission: Permission): Permission[] {
  const { sid, resources } = permission;
  if (resources.length < 2) {
    throw new Error(
      `no room for ${sid}: a role of IAM holds ${policiesOfRole} policies of ${charactersOfPolicy} characters, so the table has too many services for one environment`,
    );
  }
  const middle = Math.ceil(resources.length / 2);
  return [resources.slice(0, middle), resources.slice(middle)].map((some, index) => ({
    ...permission,
    sid: `${sid}${index + 1}`,
    resources: some,
  }));
}

const fits = (...permissions: Permission[]) => policyDocument(...permissions).length <= charactersOfPolicy;

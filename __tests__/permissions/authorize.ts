import { runSimulation, runUnsafeSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import type { Account, PolicyDocument, Statement } from "./account";
import { matches } from "./policies";
import type { Authorization } from "./requests-of-calls";

export interface Principal {
  readonly arn: string;
  readonly identity: readonly Statement[];
  readonly boundary: readonly Statement[];
}

/** Why IAM refuses, or nothing when it allows: identity policies, boundary and resource policy weighed together. */
export async function refusal(
  account: Account,
  principal: Principal,
  asked: Authorization,
  resourcePolicy = policyInEffect(account, asked),
): Promise<string | undefined> {
  const { action, resource, context } = asked;
  const about = (statements: readonly Statement[]) => ({
    Version: "2012-10-17",
    Statement: statements.filter(({ Action }) => [Action].flat().some((pattern) => matches(String(pattern), action))),
  });
  const identity = about(principal.identity);
  const boundary = about(principal.boundary);
  const simulation: Simulation = {
    request: {
      principal: principal.arn,
      action,
      resource: { resource, accountId: asked.account },
      contextVariables: {
        ...Object.fromEntries(
          Object.entries(context).map(([key, value]) => [key, typeof value === "string" ? value : [...value]]),
        ),
        "aws:PrincipalArn": principal.arn,
      },
    },
    identityPolicies: [{ name: "identity", policy: identity }],
    permissionBoundaryPolicies: [{ name: "boundary", policy: boundary }],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(resourcePolicy && { resourcePolicy }),
  };
  const result = await simulate(simulation);
  if (result === "Allowed") return undefined;
  if (result === "ExplicitlyDenied") return "denied outright";
  if (boundary.Statement.length === 0) return "outside the boundary";
  return unmet(identity.Statement, asked);
}

/** The policy of what is asked about; of what is being made, no more than that IAM decides. */
function policyInEffect(account: Account, { policyOf, isNew }: Authorization): PolicyDocument | undefined {
  const policy = policyOf && account.resourcePolicy(policyOf);
  return policy && isNew ? leftToIam(policy) : policy;
}

/** A resource's policy without what it grants by itself: a key's lets IAM decide in the name of the account. */
export function leftToIam(policy: PolicyDocument): PolicyDocument {
  const left = policy.Statement.filter(
    ({ Effect, Principal }) => Effect === "Deny" || /:\d{12}:root"/.test(JSON.stringify(Principal)),
  );
  return { ...policy, Statement: left };
}

/** The context is filled in already; only the checked simulation takes a resource's policy. */
async function simulate(simulation: Simulation): Promise<string> {
  if (simulation.resourcePolicy === undefined) return runUnsafeSimulation(simulation, {});
  const result = await runSimulation(simulation, {});
  if (result.resultType === "error") throw new Error(JSON.stringify({ ...simulation.request, ...result.errors }));
  return result.overallResult;
}

/** What keeps each statement that speaks of the action from allowing it. */
function unmet(statements: readonly Statement[], { resource, context }: Authorization): string {
  if (statements.length === 0) return "no statement speaks of it";
  return statements
    .map(({ Sid, Resource, Condition = {} }) => {
      if (![Resource].flat().some((pattern) => matches(String(pattern), resource))) return `${Sid} is about others`;
      const keys = Object.values(Condition as Record<string, object>).flatMap((wanted) => Object.keys(wanted));
      const absent = keys.filter((key) => context[key] === undefined);
      return absent.length > 0 ? `${Sid} wants ${absent.join(", ")}, which is absent` : `${Sid} wants other values`;
    })
    .join("; ");
}

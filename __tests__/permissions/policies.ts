import { runSimulation, runUnsafeSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import { type Resource, resources } from "../stacks/synthesized";

/** An IAM policy as it stands in the synthesized stacks. */
export interface Policy {
  readonly Version: string;
  readonly Statement: readonly Record<string, unknown>[];
}

/** A request as IAM sees it. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** Who asks: everything that IAM weighs for a principal. */
export interface Principal {
  readonly arn: string;
  readonly policies: readonly Policy[];
  readonly boundaries: readonly Policy[];
}

export const account = "111122223333";
export const region = "eu-west-1";

/** The synthesized platform, with references between its resources resolved to ARNs. */
export class SynthesizedPolicies {
  private readonly all: readonly Resource[];

  constructor(options: Parameters<typeof resources>[0] = {}) {
    this.all = resources(options);
  }

  of(type: string, stack?: string): readonly Resource[] {
    return this.all.filter((resource) => resource.type === type && (stack === undefined || resource.stack === stack));
  }

  get types(): readonly Resource[] {
    return this.all;
  }

  /** A role of the pipeline, with its policies and its boundary. */
  role(environment: string, role: string): Principal {
    return this.principal(`${environment}-gitlab`, `${environment}-gitlab-${role}`);
  }

  /** A role of any stack by its name. */
  principal(stack: string, name: string): Principal {
    const role = this.named("aws_iam_role", stack, name);
    const attached = this.of("aws_iam_role_policy_attachment", stack).filter(({ settings }) =>
      String(settings.role).includes(`.${role.name}.`),
    );
    const managed = attached.flatMap(({ settings }) => this.managed(String(settings.policy_arn), stack));
    const inline = this.of("aws_iam_role_policy", stack)
      .filter(({ settings }) => String(settings.role).includes(`.${role.name}.`))
      .map(({ settings, stack }) => this.document(settings.policy, stack));
    return {
      arn: `arn:aws:iam::${account}:role/${name}`,
      policies: [...managed, ...inline],
      boundaries: this.managed(String(role.settings.permissions_boundary), stack),
    };
  }

  user(environment: string): Principal {
    const stack = `${environment}-gitlab`;
    return {
      arn: `arn:aws:iam::${account}:user/${stack}`,
      policies: this.of("aws_iam_user_policy", stack).map(({ settings, stack }) =>
        this.document(settings.policy, stack),
      ),
      boundaries: [],
    };
  }

  trust(environment: string, role: string): Policy {
    const found = this.named("aws_iam_role", `${environment}-gitlab`, `${environment}-gitlab-${role}`);
    return this.document(found.settings.assume_role_policy, found.stack);
  }

  /** What stands on the resource itself: a bucket's policy, a key's, or none. */
  resourcePolicy({ resource, context }: Request): Policy | undefined {
    if (/^arn:aws:kms:.*:key\//.test(resource)) return this.keyPolicy(String(context?.["kms:ResourceAliases"] ?? ""));
    const bucket = /^arn:aws:s3:::([^/]+)/.exec(resource)?.[1];
    if (bucket === undefined) return undefined;
    const owner = this.of("aws_s3_bucket").find(({ settings }) => settings.bucket === bucket);
    const policy = this.of("aws_s3_bucket_policy", owner?.stack).find(
      ({ settings }) => owner !== undefined && String(settings.bucket).includes(`.${owner.name}.`),
    );
    return policy && this.document(policy.settings.policy, policy.stack);
  }

  /** The id of a key is AWS's to choose, so an alias names it. A key without one leaves all to IAM, as the state's does. */
  private keyPolicy(alias: string): Policy | undefined {
    const environment = /^alias\/([^-]+)-/.exec(alias)?.[1];
    const keys = this.of("aws_kms_key");
    const key =
      keys.find(({ stack }) => stack.startsWith(`${environment}-`)) ?? keys.find(({ stack }) => stack === "state");
    return key && this.document(key.settings.policy, key.stack);
  }

  /** A policy document, references resolved. */
  document(policy: unknown, stack?: string): Policy {
    const text = String(policy).replaceAll(/\$\{([a-z0-9_]+)\.([A-Za-z0-9_-]+)\.(\w+)\}/g, (_all, type, name) =>
      this.arn(type, name, stack),
    );
    return JSON.parse(text);
  }

  /** The policy that a role names: by reference in its own stack, or by ARN in another. */
  private managed(reference: string, stack: string): Policy[] {
    const name = /aws_iam_policy\.([A-Za-z0-9_-]+)\./.exec(reference)?.[1];
    const policyName = /:policy\/([^/]+)$/.exec(reference)?.[1];
    return this.of("aws_iam_policy")
      .filter((policy) =>
        name === undefined ? policy.settings.name === policyName : policy.stack === stack && policy.name === name,
      )
      .map(({ settings, stack }) => this.document(settings.policy, stack));
  }

  private named(type: string, stack: string, name: string): Resource {
    const found = this.of(type, stack).find(({ settings }) => settings.name === name);
    if (found === undefined) throw new Error(`${stack} has no ${type} named ${name}`);
    return found;
  }

  private arn(type: string, name: string, stack: string | undefined): string {
    const settings = this.of(type, stack).find((resource) => resource.name === name)?.settings ?? {};
    if (type === "aws_iam_role") return `arn:aws:iam::${account}:role/${settings.name}`;
    if (type === "aws_iam_user") return `arn:aws:iam::${account}:user/${settings.name}`;
    if (type === "aws_s3_bucket") return `arn:aws:s3:::${settings.bucket}`;
    return `arn:aws:${type}:${region}:${account}:${name}`;
  }
}

/** Whether IAM lets the principal make the request: identity policies, boundary and resource policy together. */
export async function isAllowed(
  principal: Principal,
  request: Request,
  {
    resourcePolicy,
    ofAccount = account,
  }: { readonly resourcePolicy?: Policy | undefined; readonly ofAccount?: string } = {},
): Promise<boolean> {
  const identity = about(principal.policies, request.action);
  // What no statement speaks of is denied: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
  if (identity.Statement.length === 0 && resourcePolicy === undefined) return false;
  const context = {
    "aws:PrincipalArn": principal.arn,
    "aws:PrincipalAccount": account,
    "aws:SecureTransport": "true",
    "aws:ResourceAccount": ofAccount,
    ...request.context,
  };
  const simulation: Simulation = {
    request: {
      principal: principal.arn,
      action: request.action,
      resource: { resource: request.resource, accountId: ofAccount },
      contextVariables: Object.fromEntries(
        Object.entries(context).map(([key, value]) => [key, typeof value === "string" ? value : [...value]]),
      ),
    },
    identityPolicies: [{ name: "identity", policy: identity }],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(principal.boundaries.length > 0 && {
      permissionBoundaryPolicies: [{ name: "boundary", policy: about(principal.boundaries, request.action) }],
    }),
    ...(resourcePolicy && { resourcePolicy }),
  };
  const result = await runSimulation(simulation, {});
  if (result.resultType === "error" && untyped(request, result.errors.message)) {
    return runUnsafeSimulation(simulation, {}) === "Allowed";
  }
  if (result.resultType === "error") {
    throw new Error(`${request.action} on ${request.resource}: ${JSON.stringify(result.errors)}`);
  }
  return result.overallResult === "Allowed";
}

/**
 * Whether the simulator cannot tell an ARN's type: one that could be a version's and an alias's, and API Gateway's, of which
 * its data holds two forms in one text.
 */
function untyped({ action }: Request, error: string): boolean {
  return error === "multiple.resource.types" || (action.startsWith("apigateway:") && error === "no.resource.types");
}

/** The statements that can say anything about an action: IAM weighs each by itself, and the simulator is slow with many. */
function about(policies: readonly Policy[], action: string): Policy {
  const statements = policies.flatMap(({ Statement }) => Statement);
  return {
    Version: "2012-10-17",
    Statement: statements.filter(
      ({ Action }) =>
        Action === undefined ||
        (Array.isArray(Action) ? Action : [Action]).some((pattern) => matches(String(pattern), action)),
    ),
  };
}

/** Whether IAM's pattern, with `*` for any text, covers the value. */
export function matches(pattern: string, value: string): boolean {
  const expression = expressions.get(pattern) ?? expressionOf(pattern);
  expressions.set(pattern, expression);
  return expression.test(value);
}

/** Pattern -> expression: a suite asks by the hundred thousand for the same few. */
const expressions = new Map<string, RegExp>();

function expressionOf(pattern: string): RegExp {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "i");
}

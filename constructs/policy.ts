/** One statement of an IAM policy. */
export interface Statement {
  /** Letters and digits; says what the statement is for. */
  readonly sid: string;
  /** @default "Allow" */
  readonly effect?: "Allow" | "Deny";
  /** Resource policies only: `{ Service: "logs.amazonaws.com" }`, `{ AWS: arn }` or `"*"`. */
  readonly principals?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly actions: readonly string[];
  /** @default ["*"]: only for actions that know no resource, and for resource policies that mean themselves */
  readonly resources?: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Keeps whoever comes without TLS from these actions. */
export const refusePlainHttp = (actions: readonly string[], ...resources: readonly string[]): Statement => ({
  sid: "RefusePlainHttp",
  effect: "Deny",
  principals: "*",
  actions,
  resources,
  conditions: { Bool: { "aws:SecureTransport": "false" } },
});

/** A policy document; tokens inside it stay references. */
export function policyDocument(...statements: readonly Statement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ sid, effect = "Allow", principals, actions, resources = ["*"], conditions }) => ({
      Sid: sid,
      Effect: effect,
      ...(principals && { Principal: principals }),
      Action: actions,
      Resource: resources,
      ...(conditions && { Condition: conditions }),
    })),
  });
}

/** A trust policy; it names no resource, since it means the role that it belongs to. */
export function trustDocument(...statements: readonly Statement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ sid, principals, actions, conditions }) => ({
      Sid: sid,
      Effect: "Allow",
      Principal: principals,
      Action: actions,
      ...(conditions && { Condition: conditions }),
    })),
  });
}

/** Lets one AWS service assume a role, on behalf of this account alone where the service says for whom it acts. */
export function assumedBy(service: string, account?: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ServiceAssumesRole",
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        ...(account && { Condition: { StringEquals: { "aws:SourceAccount": account } } }),
      },
    ],
  });
}

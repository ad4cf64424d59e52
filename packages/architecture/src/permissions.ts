import type { Resource, Synthesis } from "./synthesis";

/** How a policy names what it lets a role act on. */
const arns: readonly (readonly [type: string, name: string, arn: RegExp])[] = [
  ["aws_s3_bucket", "bucket", /^arn:aws:s3:::([\w.-]+)/],
  ["aws_dynamodb_table", "name", /:table\/([\w.-]+)/],
  ["aws_lambda_function", "function_name", /:function:([\w-]+)/],
  ["aws_codebuild_project", "name", /:project\/([\w-]+)/],
];

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/**
 * What a pipeline's role acts on, beyond reading. A role that creates resources acts on all that there are, an edge to
 * everything: of those only the way to their state is drawn.
 */
export function targetsOf(role: Resource, synthesis: Synthesis): readonly Resource[] {
  const policies = [
    ...role.referrers("aws_iam_role_policy", "role"),
    ...role
      .referrers("aws_iam_role_policy_attachment", "role")
      .flatMap((attachment) => attachment.refersTo("policy_arn")),
  ];
  const statements = policies.flatMap((policy): readonly Statement[] => JSON.parse(policy.text("policy")).Statement);
  const creates = statements.some(({ Action }) => [Action].flat().some((action) => action.includes(":Create")));
  const acting = statements.filter(({ Effect, Action }) => Effect === "Allow" && [Action].flat().some(changes));
  return acting
    .flatMap(({ Resource }) => Resource)
    .flatMap((resource) =>
      arns.flatMap(([type, setting, arn]) => {
        const [, name] = arn.exec(resource) ?? [];
        return synthesis.of(type).filter((other) => name !== undefined && other.text(setting) === name);
      }),
    )
    .filter(({ type }) => !creates || type === "aws_s3_bucket" || type === "aws_dynamodb_table");
}

const changes = (action: string) => !/:(Get|List|Describe|BatchGet|Head|Query)/.test(action);

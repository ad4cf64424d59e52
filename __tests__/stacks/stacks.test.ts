import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Account } from "../../config/account";
import { exampleEnvironment, exampleEnvironments, exampleProduction } from "../platform-fixture";
import { type Resource, resources, withSynthesized } from "./synthesized";

const all = resources();
const count = (found: readonly Resource[], stack: string, type: string) =>
  found.filter((resource) => resource.stack === stack && resource.type === type).length;

test("each zone has a NAT gateway, or one zone alone, as configured", () => {
  expect(count(all, "production-network", "aws_nat_gateway")).toBe(3);
  expect(count(all, "development-network", "aws_nat_gateway")).toBe(1);
});

test("two zones have two subnets a tier", () => {
  const two = resources({
    environments: [{ ...exampleEnvironment, network: { ...exampleEnvironment.network, zones: 2 } }],
  });
  expect(count(two, "development-network", "aws_subnet")).toBe(6);
});

test("readers are as many as configured", () => {
  const readers = (wanted: number) => {
    const database = { ...exampleProduction.database, readers: wanted };
    return count(
      resources({ environments: [{ ...exampleProduction, database }] }),
      "production-database",
      "aws_rds_cluster_instance",
    );
  };
  expect([readers(0), readers(5)]).toEqual([1, 6]);
});

test("a major version has a parameter group of its own, made before the last one goes; the instances follow the cluster", () => {
  const upgraded = resources({
    environments: [{ ...exampleEnvironment, database: { ...exampleEnvironment.database, engineVersion: "18" } }],
  });
  const groups = [all, upgraded].map((found) =>
    found.find(({ stack, type }) => stack === "development-database" && type === "aws_rds_cluster_parameter_group"),
  );
  expect(groups.map((group) => [group?.settings.name, group?.settings.family])).toEqual([
    ["development-database-17", "aurora-postgresql17"],
    ["development-database-18", "aurora-postgresql18"],
  ]);
  for (const group of groups) expect(group?.settings.lifecycle).toEqual({ create_before_destroy: true });
  for (const { settings } of all.filter(({ type }) => type === "aws_rds_cluster_instance")) {
    expect(settings).not.toHaveProperty("engine_version");
  }
});

test("changes that restart the database wait for its window unless they are wanted at once", () => {
  const waiting = { ...exampleEnvironment, database: { ...exampleEnvironment.database, applyImmediately: false } };
  const applied = (found: readonly Resource[]) =>
    found
      .filter(({ stack, type }) => stack === "development-database" && /^aws_rds_cluster(_instance)?$/.test(type))
      .map(({ settings }) => settings.apply_immediately);
  expect(applied(all)).toEqual([true, true]);
  expect(applied(resources({ environments: [waiting] }))).toEqual([false, false]);
});

test("a flow log begins when its role may write", () => {
  for (const { settings } of all.filter(({ type }) => type === "aws_flow_log")) {
    expect(settings.depends_on).toEqual([expect.stringMatching(/^aws_iam_role_policy\./)]);
  }
});

test("every stack pins its account and region, and tags what it makes", () => {
  withSynthesized({}, (folder) => {
    const stacks = readdirSync(join(folder, "stacks"));
    for (const stack of stacks) {
      const { provider } = JSON.parse(readFileSync(join(folder, "stacks", stack, "cdk.tf.json"), "utf8"));
      const [environment, service] = stack === "state" ? ["platform", "state"] : stack.split("-");
      expect(provider.aws).toEqual([
        {
          region: "eu-west-1",
          allowed_account_ids: ["111122223333"],
          default_tags: [{ tags: { environment, service, owner: "example-team", "managed-by": "terraform" } }],
        },
      ]);
    }
  });
});

test("every state has its own key in the account's bucket, under both locks", () => {
  withSynthesized({}, (folder) => {
    const backends = readdirSync(join(folder, "stacks")).map((stack) => {
      const { terraform } = JSON.parse(readFileSync(join(folder, "stacks", stack, "cdk.tf.json"), "utf8"));
      expect(terraform.backend.s3).toEqual({
        bucket: "platform-state-111122223333",
        dynamodb_table: "platform-state-locks",
        encrypt: true,
        key: `${stack}.tfstate`,
        kms_key_id: "arn:aws:kms:eu-west-1:111122223333:alias/platform-state",
        region: "eu-west-1",
        use_lockfile: true,
      });
      return terraform.backend.s3.key;
    });
    expect(new Set(backends).size).toBe(1 + 6 * exampleEnvironments.length);
  });
});

test("the key of every state is the one that encrypts their bucket", () => {
  const [alias] = all.filter(({ stack, type }) => stack === "state" && type === "aws_kms_alias");
  expect(alias?.settings.name).toBe("alias/platform-state");
  const key = /aws_kms_key\.[\w-]+/.exec(String(alias?.settings.target_key_id))?.[0];
  const encryption = all.find(({ stack, path }) => stack === "state" && path === "bucket/encryption");
  expect(JSON.stringify(encryption?.settings.rule)).toContain(String(key));
});

test("environments of one account share GitLab's identity, which their roles trust", () => {
  const environments = exampleEnvironments.map((environment) => ({
    ...environment,
    gitlab: { ...environment.gitlab, oidc: true },
  }));
  const found = resources({ environments });
  const providers = found.filter(({ type }) => type === "aws_iam_openid_connect_provider");
  expect(providers.map(({ stack, settings }) => [stack, settings.url])).toEqual([["state", "https://gitlab.com"]]);
  const trusts = found.filter(
    ({ type, settings }) => type === "aws_iam_role" && /-gitlab-[a-z]+$/.test(String(settings.name)),
  );
  expect(trusts.length).toBeGreaterThanOrEqual(6);
  for (const { settings } of trusts) {
    expect(settings.assume_role_policy).toContain("arn:aws:iam::111122223333:oidc-provider/gitlab.com");
  }
  expect(resources().filter(({ type }) => type === "aws_iam_openid_connect_provider")).toEqual([]);
});

test("an environment that is not chosen keeps what its account has once for it", () => {
  const withOidc = { ...exampleProduction, gitlab: { ...exampleProduction.gitlab, oidc: true } };
  const found = resources({ environments: [exampleEnvironment, withOidc], chosen: [exampleEnvironment] });
  expect(new Set(found.map(({ stack }) => stack))).toEqual(
    new Set([
      "state",
      ...["network", "database", "queue", "api", "workers", "gitlab"].map((stack) => `development-${stack}`),
    ]),
  );
  expect(found.filter(({ type }) => type === "aws_iam_openid_connect_provider")).toHaveLength(1);
});

test("an account has what its switches say, and nothing that its organization has already", () => {
  const account = { account: "111122223333", emails: ["team@example.com"], monthlyBudget: 100 };
  const types = (switches: Pick<Account, "costAnomalies" | "trail" | "threatDetection" | "accessAnalyzer">) => {
    const found = resources({ environments: [exampleEnvironment], accounts: [{ ...account, ...switches }] });
    const kinds = [
      "aws_ce_anomaly_subscription",
      "aws_cloudtrail",
      "aws_guardduty_detector",
      "aws_accessanalyzer_analyzer",
      "aws_cloudwatch_event_rule",
    ];
    return kinds.filter((type) => found.some((resource) => resource.stack === "state" && resource.type === type));
  };
  const off = { costAnomalies: false, trail: false, threatDetection: false, accessAnalyzer: false };
  expect(types(off)).toEqual([]);
  expect(types({ ...off, costAnomalies: true })).toEqual(["aws_ce_anomaly_subscription"]);
  expect(types({ ...off, trail: true })).toEqual(["aws_cloudtrail"]);
  expect(types({ ...off, threatDetection: true })).toEqual(["aws_guardduty_detector", "aws_cloudwatch_event_rule"]);
  expect(types({ ...off, accessAnalyzer: true })).toEqual(["aws_accessanalyzer_analyzer", "aws_cloudwatch_event_rule"]);
  expect(resources().filter(({ type }) => type === "aws_budgets_budget")).toEqual([]);
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
        region: "eu-west-1",
        use_lockfile: true,
      });
      return terraform.backend.s3.key;
    });
    expect(new Set(backends).size).toBe(1 + 4 * exampleEnvironments.length);
  });
});

test("environments of one account share GitLab's identity, which their roles trust", () => {
  const environments = exampleEnvironments.map((environment) => ({
    ...environment,
    gitlab: { ...environment.gitlab, oidc: true },
  }));
  const found = resources({ environments });
  const providers = found.filter(({ type }) => type === "aws_iam_openid_connect_provider");
  expect(providers.map(({ stack, settings }) => [stack, settings.url])).toEqual([["state", "https://gitlab.com"]]);
  const trusts = found.filter(({ stack, type }) => stack.endsWith("-gitlab") && type === "aws_iam_role");
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
    new Set(["state", ...["network", "database", "api", "gitlab"].map((stack) => `development-${stack}`)]),
  );
  expect(found.filter(({ type }) => type === "aws_iam_openid_connect_provider")).toHaveLength(1);
});

import { type Settings, unrelated } from "./programs/unrelated";
import { Sandbox } from "./sandbox";

const sandbox = new Sandbox();
const program = (settings: Settings) => sandbox.program("unrelated", (out) => unrelated(out, settings));
const plan = async () => (await sandbox.terraform("plan", "-input=false")).stdout;

beforeAll(async () => {
  await sandbox.start();
  await program({});
  const { code, stderr } = await sandbox.terraform("apply", "-auto-approve", "-input=false");
  if (code !== 0) throw new Error(stderr);
});

afterAll(() => sandbox.stop());
afterEach(() => sandbox.changeByHand());

describe("unrelated resource types, applied by the real Terraform", () => {
  it("are in order at once: a second plan finds nothing to do", async () => {
    await program({});
    expect(await plan()).toContain("No changes.");
  });

  it("have identities in AWS's form, with the configured account and region", async () => {
    const { outputs, resources } = await sandbox.state();
    expect(outputs["role-arn"]).toBe("arn:aws:iam::210987654321:role/task");
    expect(outputs["vpc-id"]).toMatch(/^vpc-0[0-9a-f]{16}$/);
    expect(resources["aws_dynamodb_table.table"]?.arn).toBe("arn:aws:dynamodb:eu-west-1:210987654321:table/orders");
    expect(resources["aws_s3_bucket.pictures"]?.arn).toBe("arn:aws:s3:::some-pictures");
    expect(resources["aws_elasticache_replication_group.cache"]?.primary_endpoint_address).toMatch(
      /^master\.cache\.[0-9a-f]{6}\.eu-west-1\.cache\.amazonaws\.com$/,
    );
    expect(resources["aws_cloudfront_distribution.cdn"]?.domain_name).toMatch(/^d[0-9a-f]{13}\.cloudfront\.net$/);
  });

  it("carry the provider's default tags below their own", async () => {
    const { resources } = await sandbox.state();
    expect(resources["aws_vpc.vpc"]?.tags_all).toEqual({ Name: "some", owner: "someone" });
  });

  it("have an attribute that is set nowhere but referred to, chosen by the cloud", async () => {
    const { outputs, resources } = await sandbox.state();
    expect(outputs["vpc-tenancy"]).toEqual(expect.any(String));
    expect(resources["aws_vpc.vpc"]?.instance_tenancy).toBe(outputs["vpc-tenancy"]);
  });

  it("keep a write-only argument out of the state", async () => {
    const { stdout } = await sandbox.terraform("state", "pull");
    expect(stdout).toContain("master_password_wo_version");
    expect(stdout).not.toContain("never-in-state");
  });

  it("are told apart when their configuration is the same", async () => {
    const { resources } = await sandbox.state();
    const subnets = ["aws_subnet.subnet-0", "aws_subnet.subnet-1"].map((address) => resources[address]?.id);
    expect(new Set(subnets).size).toBe(2);
  });

  it.each([
    ["a network's CIDR", { cidr: "10.2.0.0/16" }, "cidr_block"],
    ["a bucket's name", { bucket: "other-pictures" }, "bucket"],
    ["a database's identifier", { clusterIdentifier: "customers" }, "cluster_identifier"],
    ["a database's storage key", { clusterKey: "arn:aws:kms:eu-west-1:210987654321:key/other" }, "kms_key_id"],
  ])("are replaced when %s changes", async (_what, settings, attribute) => {
    await program(settings);
    const text = await plan();
    expect(text).toContain("must be replaced");
    expect(text).toMatch(new RegExp(`${attribute} .*# forces replacement`));
  });

  it("are changed in place when a tag changes", async () => {
    await program({ owner: "someone-else" });
    const text = await plan();
    expect(text).toMatch(/Plan: 0 to add, [1-9]\d* to change, 0 to destroy/);
    expect(text).not.toContain("forces replacement");
  });

  it("show what someone changed by hand", async () => {
    await program({});
    sandbox.changeByHand({ type: "aws_s3_bucket", match: { bucket: "some-pictures" }, set: { force_destroy: false } });
    const text = await plan();
    expect(text).toMatch(/aws_s3_bucket\.pictures will be updated in-place[\s\S]*force_destroy .*false -> true/);
    expect(text).toContain("Plan: 0 to add, 1 to change, 0 to destroy.");
  });

  it("are built anew when someone deleted them by hand", async () => {
    await program({});
    sandbox.changeByHand({ type: "aws_sns_topic", match: { name: "uploads" }, gone: true });
    expect(await plan()).toMatch(/# aws_sns_topic\.uploads will be created/);
  });
});

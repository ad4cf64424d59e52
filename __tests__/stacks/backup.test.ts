import type { BackupSettings } from "../../config/environment";
import { isAllowed, type Request, SynthesizedPolicies } from "../permissions/policies";
import { table } from "../permissions/provider-calls";
import { exampleEnvironment, exampleProduction } from "../platform-fixture";
import { type Resource, realPlatform, resources } from "./synthesized";

const all = resources({ environments: [exampleEnvironment, exampleProduction] });
const of = (type: string, stack: string, found = all) =>
  found.filter((resource) => resource.type === type && resource.stack === stack).map(({ settings }) => settings);
const places = (found: readonly { readonly region?: unknown }[]) => found.map(({ region }) => region ?? "eu-west-1");
const production = "production-database";

test("a database that is protected from deletion is backed up, and no other must be", () => {
  const real = resources(realPlatform);
  const backedUp = new Set(real.filter(({ type }) => type === "aws_backup_selection").map(({ stack }) => stack));
  const guarded = real.filter(
    ({ type, settings }) => type === "aws_rds_cluster" && settings.deletion_protection === true,
  );
  expect([...backedUp].sort()).toEqual(guarded.map(({ stack }) => stack).sort());
  expect(real.filter(({ type, stack }) => type.startsWith("aws_backup_") && stack.startsWith("development-"))).toEqual(
    [],
  );
});

describe("a vault", () => {
  test("is there once in the region and once in another, each under a key of its own region", () => {
    expect(places(of("aws_backup_vault", production))).toEqual(["eu-central-1", "eu-west-1"]);
    expect(places(of("aws_kms_key", production))).toEqual(["eu-central-1", "eu-west-1"]);
    expect(places(of("aws_kms_alias", production))).toEqual(["eu-central-1", "eu-west-1"]);
    const keys = of("aws_backup_vault", production).map(({ kms_key_arn }) => kms_key_arn);
    expect(new Set(keys).size).toBe(2);
    const [elsewhere] = of("aws_kms_key", production);
    expect(String(elsewhere?.policy)).not.toContain("eu-west-1");
  });

  test.each(["aws_backup_vault_lock_configuration", "aws_backup_vault_policy"])("has an %s in both regions", (type) => {
    expect(places(of(type, production))).toEqual(["eu-central-1", "eu-west-1"]);
  });

  test("lets nobody end a recovery point before its day", () => {
    for (const { policy } of of("aws_backup_vault_policy", production)) {
      expect(JSON.parse(String(policy)).Statement).toEqual([
        {
          Sid: "NobodyDeletes",
          Effect: "Deny",
          Principal: "*",
          Action: [
            "backup:DeleteRecoveryPoint",
            "backup:DisassociateRecoveryPoint",
            "backup:UpdateRecoveryPointLifecycle",
          ],
          Resource: ["*"],
        },
      ]);
    }
  });

  test("is locked for good for compliance alone, after its days of grace", () => {
    const graces = (stack: string) =>
      of("aws_backup_vault_lock_configuration", stack).map(({ changeable_for_days }) => changeable_for_days);
    expect(graces(production)).toEqual([14, 14]);
    expect(graces("development-database")).toEqual([undefined, undefined]);
  });

  test("keeps its lock when backups are kept for other days", () => {
    const backup = { ...settingsOf(exampleProduction.backup), keepDays: 90, copyKeepDays: 30, everyHours: 12 };
    const changed = resources({ environments: [{ ...exampleProduction, backup }] });
    const locks = (found: readonly Resource[]) => of("aws_backup_vault_lock_configuration", production, found);
    expect(locks(changed)).toEqual(locks(all));
  });
});

const settingsOf = (backup: BackupSettings | "none"): BackupSettings => {
  if (backup === "none") throw new Error("the example must be backed up");
  return backup;
};

describe("the plan", () => {
  const rule = (stack: string) => JSON.stringify(of("aws_backup_plan", stack)[0]?.rule);

  test("takes a snapshot again and again and copies each, none while Aurora's windows are open", () => {
    expect(rule(production)).toContain('"schedule":"cron(15 5,11,17,23 ? * * *)"');
    expect(rule("development-database")).toContain('"schedule":"cron(15 5 ? * * *)"');
    expect(rule(production)).toContain('"copy_action":[{"destination_vault_arn":"${aws_backup_vault.copies');
    // It would take the cluster's own backups out of Terraform's hands, and could not be copied.
    expect(rule(production)).not.toContain("enable_continuous_backup");
  });

  test("selects the cluster, and nothing by a tag that somebody may set", () => {
    const [{ resources: selected, ...selection } = {}] = of("aws_backup_selection", production);
    expect(selected).toEqual([expect.stringMatching(/^\$\{aws_rds_cluster\.\w+\.arn\}$/)]);
    expect(selection).not.toHaveProperty("selection_tag");
  });
});

test("a restore test restores the newest recovery point of the vault, in the isolated subnets", () => {
  const [plan] = of("aws_backup_restore_testing_plan", production);
  expect(plan).toMatchObject({ name: "production_database", schedule_expression: "cron(30 9 ? * * *)" });
  expect(JSON.stringify(plan?.recovery_point_selection)).toMatch(/LATEST_WITHIN_WINDOW.*\$\{aws_backup_vault\.vault/);
  const [selection] = of("aws_backup_restore_testing_selection", production);
  expect(selection).toMatchObject({
    protected_resource_type: "Aurora",
    restore_metadata_overrides: {
      dbSubnetGroupName: expect.stringContaining("aws_db_subnet_group.cluster"),
      vpcSecurityGroupIds: expect.stringContaining("aws_security_group.cluster"),
    },
  });
});

test("a failed job of these roles is told, of no other environment's", () => {
  const [{ event_pattern } = {}] = of("aws_cloudwatch_event_rule", production);
  const { source, detail } = JSON.parse(String(event_pattern));
  expect(source).toEqual(["aws.backup"]);
  expect(detail.iamRoleArn).toEqual([
    expect.stringMatching(/aws_iam_role\.backups_role/),
    expect.stringMatching(/aws_iam_role\.restore-test_role/),
  ]);
  const [{ policy } = {}] = of("aws_sns_topic_policy", production);
  expect(String(policy)).toContain('"Principal":{"Service":"events.amazonaws.com"}');
  expect(
    of("aws_kms_key", production)
      .map((key) => String(key.policy))
      .join(),
  ).toContain('"events.amazonaws.com"');
});

describe.each(["backup", "restore-test"])("the role of %s", (whose) => {
  const synthesized = new SynthesizedPolicies({ environments: [exampleEnvironment, exampleProduction] });
  const principal = synthesized.principal("development-database", `development-${whose}`);
  const cluster = "arn:aws:rds:eu-west-1:111122223333:cluster:development-database";
  const elsewhere = "arn:aws:rds:eu-west-1:111122223333:cluster:staging-database";

  test("is granted what AWS's own policy for it has for a cluster, and nothing else", () => {
    const granted = principal.policies
      .flatMap(({ Statement }) => Statement)
      .flatMap(({ Action }) => [Action].flat().map(String));
    const needed = table("backups").flatMap(([role, action]) => (role === whose ? [String(action)] : []));
    expect([...new Set(granted)].sort()).toEqual(needed.sort());
  });

  test.each<Request>([
    { action: "rds:DeleteDBCluster", resource: cluster },
    { action: "rds:CreateDBClusterSnapshot", resource: elsewhere },
    {
      action: "rds:ModifyDBClusterSnapshotAttribute",
      resource: "arn:aws:rds:eu-west-1:111122223333:cluster-snapshot:x",
    },
    { action: "backup:DeleteRecoveryPoint", resource: "arn:aws:rds:eu-west-1:111122223333:cluster-snapshot:x" },
    { action: "rds:RestoreDBClusterFromSnapshot", resource: cluster },
  ])("may not call $action on $resource", async (request) => {
    expect(await isAllowed(principal, request)).toBe(false);
  });
});

test("the pipeline retires a key so that it can be brought back for 30 days, and no sooner", async () => {
  const synthesized = new SynthesizedPolicies({ environments: [exampleEnvironment, exampleProduction] });
  const retires = (days: string) => {
    const context = {
      "kms:ResourceAliases": ["alias/development-database"],
      "kms:ScheduleKeyDeletionPendingWindowInDays": days,
    };
    const request = {
      action: "kms:ScheduleKeyDeletion",
      resource: "arn:aws:kms:eu-west-1:111122223333:key/x1",
      context,
    };
    const resourcePolicy = synthesized.resourcePolicy(request);
    return { request, resourcePolicy };
  };
  const deploy = synthesized.role("development", "deploy");
  const asked = async (days: string, principal = deploy, grant?: object) => {
    const { request, resourcePolicy } = retires(days);
    const given = resourcePolicy?.Statement ?? [];
    return isAllowed(principal, request, {
      resourcePolicy: { Version: "2012-10-17", Statement: grant === undefined ? given : [...given, { ...grant }] },
    });
  };
  expect(await asked("30")).toBe(true);
  expect(await asked("7")).toBe(false);
  expect(await asked("7", { ...deploy, boundaries: [] })).toBe(false);
  // Who may change a key's policy may write such a right into it; the boundary still says no.
  const right = { Sid: "Now", Effect: "Allow", Principal: { AWS: deploy.arn }, Action: ["kms:*"], Resource: ["*"] };
  expect(await asked("7", { ...deploy, boundaries: [] }, right)).toBe(true);
  expect(await asked("7", deploy, right)).toBe(false);
});

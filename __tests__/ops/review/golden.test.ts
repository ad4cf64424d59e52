import type { Action } from "../../../packages/plan-review/src/change";
import { toMarkdown } from "../../../packages/plan-review/src/render/markdown";
import { toText } from "../../../packages/plan-review/src/render/text";
import { type Review, review } from "../../../packages/plan-review/src/review";
import { catalogue, exampleServices, intake } from "../../platform-fixture";
import { environment, newService, type RealPlans, startEnvironment } from "./real-plans";

const all = ["network", "database", "queue", "api", "workers", "gitlab"];
const programOf = (changed: typeof environment) => ({ environments: [changed] });
const { database, network, gitlab } = environment;

const reviews = new Map<string, Review>();

// One environment goes through all cases: each step is planned by the real Terraform, and costs seconds.
beforeAll(async () => {
  const real = await startEnvironment();
  const add = async (name: string, plans: RealPlans) => {
    reviews.set(name, await review(plans, { environment: environment.name, synthesized: real.synthesized }));
  };
  try {
    // Before the services with a queue and a worker are there.
    await add("first", await real.plan({ stacks: all, program: { services: [catalogue, intake] }, apply: true }));
    await add("joined", await real.plan({ stacks: all, apply: true }));
    await add(
      "queue",
      await real.plan({
        stacks: ["queue"],
        edit: (_, text) =>
          text.replace('"replication_group_id": "development-queue"', '"replication_group_id": "other"'),
      }),
    );
    await add("nothing", await real.plan({ stacks: ["network", "gitlab"] }));
    await add("tags", await real.plan({ stacks: all, program: programOf({ ...environment, owner: "other-team" }) }));
    await add(
      "engine",
      await real.plan({
        stacks: ["database"],
        program: programOf({ ...environment, database: { ...database, engineVersion: "18" } }),
      }),
    );
    await add(
      "unprotected",
      await real.plan({
        stacks: ["database"],
        program: programOf({ ...environment, database: { ...database, deletionProtection: false } }),
      }),
    );
    await add(
      "widened",
      await real.plan({ stacks: ["network"], edit: (_, text) => text.replaceAll("logs:PutLogEvents", "logs:*") }),
    );
    await add(
      "trust",
      await real.plan({
        stacks: ["gitlab"],
        program: programOf({ ...environment, gitlab: { ...gitlab, oidc: true } }),
      }),
    );
    await add(
      "drift",
      await real.plan({ stacks: ["gitlab"], drift: [{ type: "aws_iam_user", set: { path: "/by-hand/" } }] }),
    );
    const more = { services: [...exampleServices, newService] };
    await add("added", await real.plan({ stacks: ["database", "api", "gitlab"], program: more, apply: true }));
    await add("removed", await real.plan({ stacks: ["database", "api", "gitlab"], apply: true }));
    await add(
      "moved",
      await real.plan({
        stacks: ["network", "database", "queue", "api", "workers"],
        program: programOf({ ...environment, network: { ...network, cidr: "10.99.0.0/16" } }),
        apply: true,
      }),
    );
  } finally {
    await real.stop();
  }
}, 600_000);

function the(name: string): Review {
  const found = reviews.get(name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
}

const found = (name: string) => the(name).reasons.map(({ level, rule }) => `${level} ${rule}`);
const changes = (name: string) => the(name).stacks.flatMap((stack) => stack.changes);
const count = (name: string, action: Action) => the(name).totals[action] ?? 0;

test("a first deploy is looked at for its size, its network and its policies, and stops for nothing", () => {
  expect(found("first")).toEqual(["look network-change", "look policy-change", "look many-changes"]);
  expect(Object.keys(the("first").totals)).toEqual(["create"]);
  expect(the("first").cost.difference).toBeCloseTo(the("first").cost.fixed);
});

test("a whole new environment is read in under 120 words, a new service in under 80", () => {
  expect(wordsToRead(toMarkdown(the("first")))).toBeLessThan(120);
  expect(wordsToRead(toText(the("first")))).toBeLessThan(120);
  expect(wordsToRead(toMarkdown(the("added")))).toBeLessThan(80);
  expect(wordsToRead(toText(the("added")))).toBeLessThan(80);
});

test("the fixed cost of each form of the environment is the sum of its items, each its number times its price", () => {
  for (const { cost } of reviews.values()) {
    const totals = cost.items.map(({ quantity, price, total }) => {
      expect(total).toBeCloseTo(quantity * price);
      return total;
    });
    expect(cost.fixed).toBeCloseTo(totals.reduce((sum, total) => sum + total, 0));
  }
});

test("a product with a queue and a worker that joins an environment loses nothing, and stops for the pipeline's own boundary alone", () => {
  expect(found("joined").filter((reason) => reason.startsWith("stop"))).toEqual(["stop policy-gains-wildcard"]);
  expect(toText(the("joined"))).toContain("development-gitlab/boundary statement ServicesInUse gains action ecr:*");
  const gone = changes("joined").filter(({ action }) => action === "delete" || action === "replace");
  expect(gone.map(({ type }) => type)).toEqual(["aws_api_gateway_deployment"]);
  expect(found("joined")).toContain("look task-widened");
  const items = new Map(the("joined").cost.items.map(({ name, difference }) => [name, difference]));
  expect(items.get("vCPU of tasks, at their minimum")).toBeGreaterThan(0);
  expect(the("first").cost.items.map(({ name }) => name)).toContain("cache.t4g.micro");
});

test("a queue that is replaced is a stop", () => {
  expect(found("queue")).toContain("stop stateful-destroyed");
  expect(toMarkdown(the("queue"))).toContain(
    "`aws_elasticache_replication_group` is replaced for `replication_group_id`",
  );
});

/** What stands open: a word is anything between blanks that has a letter or a digit. */
function wordsToRead(markdown: string): number {
  const open = markdown.replaceAll(/<details>[\s\S]*?<\/details>/g, "");
  return open.split(/\s+/).filter((word) => /[a-z0-9]/i.test(word)).length;
}

/** In dependency order; gitlab depends on nothing. */
const order = (stack: string) => the("first").stacks.findIndex(({ name }) => name === stack);

test("stacks stand in the order in which they are applied", () => {
  expect(order("development-network")).toBeLessThan(order("development-database"));
  expect(order("development-database")).toBeLessThan(order("development-api"));
});

test("plans without a change are safe, and say so in one line", () => {
  expect(the("nothing").verdict).toBe("safe");
  expect(toMarkdown(the("nothing"))).toContain("Nothing changes in 2 stacks.");
  expect(the("nothing").cost.difference).toBe(0);
});

test("a tag that changes everywhere reads as one change a stack", () => {
  expect(found("tags")).toEqual(["look many-changes"]);
  expect(the("tags").stacks.map(({ groups }) => groups.length)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(toMarkdown(the("tags"))).toContain("`tags_all.owner` `example-team` → `other-team`");
});

test("an engine upgrade shows the versions, and the parameter group that goes with it", () => {
  expect(found("engine")).toEqual(["look replaced", "look engine-version"]);
  expect(toMarkdown(the("engine"))).toContain("`engine_version` `17` → `18`");
  expect(changes("engine").find(({ action }) => action === "replace")?.replacedFor).toEqual(["family", "name"]);
});

test("deletion protection that is switched off is a stop, said in under 60 words", () => {
  expect(found("unprotected")).toEqual(["stop protection-off"]);
  expect(wordsToRead(toMarkdown(the("unprotected")))).toBeLessThan(60);
  expect(toMarkdown(the("unprotected"))).toContain(
    "**Switches a protection off**: `development-database/cluster/cluster` `deletion_protection` `true` → `false`",
  );
});

test("a policy that gains a wildcard is a stop, shown as the statement that changes", () => {
  expect(found("widened")).toEqual(["stop policy-gains-wildcard", "look policy-change"]);
  expect(toMarkdown(the("widened"))).toContain("statement `WriteFlows`, action + `logs:*` − `logs:PutLogEvents`");
});

test("roles that trust GitLab's tokens instead of the user are a stop", () => {
  expect(found("trust")).toContain("stop new-trust");
});

test("what was changed by hand stands apart from what the plan changes", () => {
  expect(found("drift")).toContain("look drifted");
  expect(the("drift").drift.map(({ path, differences }) => ({ path, differences }))).toEqual([
    { path: "user", differences: [{ kind: "value", path: "path", before: "/", after: "/by-hand/" }] },
  ]);
  expect(toMarkdown(the("drift"))).toContain("**`Changed outside Terraform`**");
});

test("a new service shows what it may do, and what it costs", () => {
  expect(the("added").verdict).toBe("look");
  expect(count("added", "delete")).toBe(0);
  expect(toMarkdown(the("added"))).toContain("`reports/connect-to-database` `policy` + Allow `ConnectAsOwnUser`");
  expect(the("added").cost.difference).toBeGreaterThan(0);
});

test("a service that goes stops for the messages it leaves behind", () => {
  expect(found("removed").filter((reason) => reason.startsWith("stop"))).toEqual(["stop stateful-destroyed"]);
  expect(the("removed").cost.difference).toBeCloseTo(-the("added").cost.difference);
});

test("replacements that cascade across stacks are told by the one that began them", () => {
  const vpc = changes("moved").find(({ address }) => address.startsWith("aws_vpc."));
  const followers = the("moved")
    .stacks.flatMap(({ groups }) => groups)
    .filter(({ cause }) => cause !== undefined);
  expect(new Set(followers.map(({ cause }) => cause))).toEqual(new Set([vpc]));
  expect(followers.reduce((sum, group) => sum + group.changes.length, 0)).toBe(count("moved", "replace") - 1);
});

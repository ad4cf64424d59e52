import { exampleServices } from "../platform-fixture";
import { SynthesizedPolicies } from "./policies";
import { table } from "./provider-calls";

const synthesized = new SynthesizedPolicies();
const calls = table("workloads").map(([whose = "", action = "", type = ""]) => ({ whose, action, type }));
const types = [...new Set(calls.map(({ type }) => type))].sort((a, b) => b.length - a.length);

/** The role of a service, and whose needs it has to meet. */
const roles = exampleServices.flatMap(({ name, kind, uses }) =>
  kind !== "worker"
    ? [{ stack: "api", role: name, service: name, needs: ["function", ...uses] }]
    : [
        { stack: "workers", role: name, service: name, needs: uses },
        { stack: "workers", role: `${name}-execution`, service: name, needs: ["execution"] },
      ],
);

/** What a role is granted: action, type of the resource, and the resource as the program names it. */
function grants(stack: string, role: string) {
  const found = synthesized.of("aws_iam_role", stack).find(({ settings }) => settings.name === `development-${role}`);
  return synthesized
    .of("aws_iam_role_policy", stack)
    .filter(({ settings }) => String(settings.role).includes(`.${found?.name}.`))
    .flatMap(({ settings }): Granted[] => JSON.parse(String(settings.policy)).Statement)
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => ({ action, type: typeOf(resource), resource }))),
    );
}

interface Granted {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** The type that a reference names, in its own stack or another; S3 and RDS have ARNs made of names. */
function typeOf(resource: string): string {
  if (resource === "*") return "*";
  if (resource.startsWith("arn:aws:rds-db:")) return "rds-db";
  return types.find((type) => type.startsWith("aws_") && resource.includes(type)) ?? resource;
}

const productOf = (service: string) => exampleServices.find(({ name }) => name === service)?.product;

describe.each(roles)("the role development-$role", ({ stack, role, service, needs }) => {
  const granted = grants(`development-${stack}`, role);

  test("is granted what the service, and AWS for it, calls, and nothing else", () => {
    const needed = calls.filter(({ whose }) => needs.some((need) => need === whose));
    const words = (all: readonly { action: string; type: string }[]) =>
      [...new Set(all.map(({ action, type }) => `${action} ${type}`))].sort();
    expect(words(granted)).toEqual(words(needed));
  });

  test("reaches nothing of another service or product", () => {
    const own: Readonly<Record<string, string>> = {
      "rds-db": `/${productOf(service)}_app`,
      aws_cloudwatch_log_group: `.${service}_`,
      aws_ecr_repository: `.${service}_`,
      aws_elasticache_user: `user-${productOf(service)}_`,
      aws_sqs_queue: `.${service}_`,
    };
    expect(granted.filter(({ type, resource }) => !resource.includes(own[type] ?? ""))).toEqual([]);
  });
});

test("every need is one of a service of the example", () => {
  const met = new Set<string>(roles.flatMap(({ needs }): readonly string[] => needs));
  expect(calls.filter(({ whose }) => !met.has(whose))).toEqual([]);
});

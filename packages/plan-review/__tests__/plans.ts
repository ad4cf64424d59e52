import { constructPaths, type PlanFile, readPlan } from "@platform/terraform";
import type { Change } from "../src/change";
import { type Review, review } from "../src/review";
import type { ChangeRule } from "../src/rules/rule";
import type { Settings } from "../src/settings";
import { readStackPlan, type StackPlan } from "../src/stack-plan";

/** A change of one resource, in the fewest words; the rest of Terraform's form is filled in. */
export interface Planned {
  readonly type?: string;
  readonly name?: string;
  /** Null or left out: it is not there before. */
  readonly before?: object | null;
  /** Null or left out: it is not there after. */
  readonly after?: object | null;
  readonly unknown?: object;
  readonly sensitiveBefore?: unknown;
  readonly sensitive?: unknown;
  /** Attributes for which it is replaced. */
  readonly replacedFor?: readonly string[];
  /** Whether the new one is made before the old one goes. @default false */
  readonly createFirst?: boolean;
  /** What the rehearsal says that it does not know of it. */
  readonly replacementNotKnown?: readonly string[];
  /** What the source says, as Terraform's plans repeat it. */
  readonly expressions?: object;
}

export interface PlannedStack {
  readonly stack?: string;
  readonly changes?: readonly Planned[];
  readonly drift?: readonly Planned[];
  /** What an output refers to, by the output's name. */
  readonly outputs?: Readonly<Record<string, readonly string[]>>;
  /** More of the document, over what is filled in. */
  readonly document?: object;
}

/** A plan in the form of Terraform 1.11's `terraform show -json`. */
export function planText({ changes = [], drift = [], outputs = {}, document = {} }: PlannedStack): string {
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: {},
    resource_changes: changes.map(resourceChange),
    resource_drift: drift.map(resourceChange),
    configuration: {
      provider_config: {
        aws: {
          expressions: {
            region: { constant_value: "eu-west-1" },
            allowed_account_ids: { constant_value: ["111122223333"] },
          },
        },
      },
      root_module: {
        outputs: Object.fromEntries(
          Object.entries(outputs).map(([name, references]) => [name, { expression: { references } }]),
        ),
        resources: changes.map(({ type = "aws_sns_topic", name = "topic", expressions = {} }) => ({
          mode: "managed",
          type,
          name,
          expressions,
        })),
      },
    },
    ...document,
  });
}

function resourceChange(planned: Planned) {
  const { type = "aws_sns_topic", name = "topic", before = null, after = null, replacedFor } = planned;
  const whole = before !== null && after !== null ? ["update"] : before === null ? ["create"] : ["delete"];
  return {
    address: `${type}.${name}`,
    mode: "managed",
    type,
    name,
    ...(planned.replacementNotKnown && { replacement_not_known: planned.replacementNotKnown }),
    change: {
      actions: replacedFor === undefined ? whole : planned.createFirst ? ["create", "delete"] : ["delete", "create"],
      before,
      after,
      after_unknown: planned.unknown ?? {},
      before_sensitive: planned.sensitiveBefore ?? planned.sensitive ?? {},
      after_sensitive: planned.sensitive ?? {},
      ...(replacedFor && { replace_paths: replacedFor.map((attribute) => [attribute]) }),
    },
  };
}

export function planFile(planned: PlannedStack): PlanFile {
  return readPlan(`${planned.stack ?? "test-stack"}.json`, planText(planned));
}

export function stackPlan(planned: PlannedStack): StackPlan {
  return readStackPlan(planFile(planned), constructPaths(undefined));
}

/** Types and names of a project of its own. */
const settings: Settings = {
  stateful: ["acme_ledger"],
  stateless: ["acme_banner"],
  override: { label: "stop-accepted", job: "deploy-infrastructure:production", who: "a maintainer" },
};

export function reviewOf(...stacks: readonly PlannedStack[]): Promise<Review> {
  return review(stacks.map(planFile), { environment: "test", settings });
}

export function change(planned: Planned): Change {
  const [first] = stackPlan({ changes: [planned] }).changes;
  if (first === undefined) throw new Error("the plan changes nothing");
  return first;
}

/** What a rule says of a change, as text; undefined when nothing. */
export function says(rule: ChangeRule, planned: Planned): string | undefined {
  const { changes, configuration } = stackPlan({ changes: [planned] });
  const [first] = changes;
  return (
    first &&
    rule
      .about(first, configuration)
      ?.map((word) => (typeof word === "string" ? word : word.quoted))
      .join("")
  );
}

/** A reference inside a text of the source. */
export const reference = (to: string) => `\${${to}}`;

/** A policy as the attribute of a resource. */
export function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

export const allow = (more: object) => ({
  Sid: "One",
  Effect: "Allow",
  Action: ["s3:GetObject"],
  Resource: ["arn:aws:s3:::b/k"],
  ...more,
});

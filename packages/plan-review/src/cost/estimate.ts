import { groupBy } from "../group-by";
import type { StackPlan } from "../stack-plan";
import type { Value } from "../values";
import { type CostItem, fixedCost } from "./fixed-cost";
import { prices } from "./prices";

/** An estimate of what an environment costs. Dollars are US dollars, without tax or discounts. */
export interface CostEstimate {
  /** Dollars a month, whether anybody calls or not, once the plans are applied. */
  readonly fixed: number;
  /** Dollars a month that the plans add. */
  readonly difference: number;
  /** What the fixed cost is made of, dearest first. */
  readonly items: readonly CostLine[];
  /** What a million requests cost on top, as a formula. */
  readonly usage: string;
  /** Where the prices are from, and how old they are. */
  readonly source: string;
}

export interface CostLine extends CostItem {
  /** Dollars a month for all. */
  readonly total: number;
  /** Dollars a month that the plans add. */
  readonly difference: number;
}

const sum = (items: readonly CostItem[]) => items.reduce((total, { quantity, price }) => total + quantity * price, 0);

export function estimateCost(plans: readonly StackPlan[]): CostEstimate {
  const side = (which: "before" | "after") =>
    plans.flatMap(({ resources, configuration }) => fixedCost(resources, configuration, which));
  const before = side("before");
  const after = side("after");
  const was = groupBy(before, ({ name }) => name);
  const is = groupBy(after, ({ name }) => name);
  const items = [...new Set([...is.keys(), ...was.keys()])].map((name): CostLine => {
    const now = is.get(name) ?? [];
    const then = was.get(name) ?? [];
    return {
      name,
      quantity: now.reduce((total, { quantity }) => total + quantity, 0),
      price: (now[0] ?? then[0])?.price ?? 0,
      total: sum(now),
      difference: sum(now) - sum(then),
    };
  });
  const regions = new Set(plans.flatMap(({ configuration: { region } }) => region ?? []));
  const elsewhere = [...regions].filter((region) => region !== prices.region);
  return {
    fixed: sum(after),
    difference: sum(after) - sum(before),
    items: items.sort((one, other) => other.total - one.total),
    usage: usage(plans),
    source: `AWS's public on-demand prices in ${prices.region}, written down on ${prices.date}, in packages/plan-review/src/cost/prices.ts${
      elsewhere.length === 0 ? "" : `; ${elsewhere.join(", ")} differs`
    }`,
  };
}

function usage(plans: readonly StackPlan[]): string {
  const { apiRequests, firewallRequests, functionRequests, traces } = prices.million;
  const memories = plans.flatMap(({ resources }) =>
    resources.flatMap(({ type, after }) => (type === "aws_lambda_function" ? memory(after?.memory_size) : [])),
  );
  const gigabytes = memories.length === 0 ? 1 : Math.max(...memories) / 1_024;
  const requests = (apiRequests + firewallRequests + functionRequests + traces).toFixed(2);
  const second = (gigabytes * prices.functionGigabyteSecond * 1_000_000).toFixed(2);
  return `$${requests} + $${second} × mean seconds of a request + $${prices.logGigabyte} × KB of logs of a request`;
}

const memory = (value: Value | undefined): number[] => (typeof value === "number" ? [value] : []);

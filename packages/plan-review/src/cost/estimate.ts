import type { Configuration } from "@platform/terraform";
import { groupBy } from "../group-by";
import type { Resource, StackPlan } from "../stack-plan";
import { isList, isValues, later, type Value, type Values } from "../values";
import { hoursPerMonth, leastProxyCapacity, prices } from "./prices";

/** An estimate of what an environment costs. Dollars are US dollars, without tax or discounts. */
export interface CostEstimate {
  /** Dollars a month, whether anybody calls or not, once the plans are applied. */
  readonly fixed: number;
  /** Dollars a month that the plans add. */
  readonly difference: number;
  /** What the fixed cost is made of, dearest first. */
  readonly items: readonly CostLine[];
  /** What a million requests cost on top, as a formula; and what is not estimated. */
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

/** Milliseconds after which prices are called old. */
const longTime = 365 * 24 * 3_600_000;

/** @param today to tell how old the prices are. @default now */
export function estimateCost(plans: readonly StackPlan[], today = new Date()): CostEstimate {
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
      today.getTime() - Date.parse(prices.date) > longTime ? ", more than a year ago: look them up again" : ""
    }${elsewhere.length === 0 ? "" : `; ${elsewhere.join(", ")} differs`}`,
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
  const filtered = plans.some(({ resources }) =>
    resources.some(({ type, after }) => type === "aws_route53_resolver_firewall_rule_group_association" && after),
  );
  const names = filtered ? ` + $${prices.million.dnsQueries.toFixed(2)} × names that a request asks for` : "";
  const copied = plans.flatMap(({ resources }) => resources.flatMap(copiedBackups)).join("");
  return `$${requests} + $${second} × mean seconds of a request + $${prices.logGigabyte} × KB of logs of a request${names}${copied}`;
}

/** How many copies a plan of AWS Backup keeps elsewhere: each is whole, and as large as what it is of. */
function copiedBackups({ type, after }: Resource): string[] {
  if (type !== "aws_backup_plan" || !isList(after?.rule)) return [];
  return after.rule.filter(isValues).flatMap((rule) => {
    const [copy] = isList(rule.copy_action) ? rule.copy_action.filter(isValues) : [];
    const [lifecycle] = isList(copy?.lifecycle) ? copy.lifecycle.filter(isValues) : [];
    const days = number(lifecycle?.delete_after);
    const hours = /^cron\(\S+ ([\d,]+) \? \* \* \*\)$/.exec(String(rule.schedule))?.[1]?.split(",").length;
    if (copy === undefined || days === undefined || hours === undefined) return [];
    return `. Not estimated: ${days * hours} whole copies of the database in another region, and ${30 * hours} a month that are sent there`;
  });
}

const memory = (value: Value | undefined): number[] => (typeof value === "number" ? [value] : []);

/** What one resource costs a month, used or not. */
export interface CostItem {
  /** What is paid for, in words. */
  readonly name: string;
  readonly quantity: number;
  /** US dollars a month for one. */
  readonly price: number;
}

/** The side of a plan to reckon: what is there before it, or after. */
export type Side = "before" | "after";

interface Priced {
  readonly values: Values;
  /** Every resource of the stack on the same side. */
  readonly others: readonly (Values & { readonly type: Value })[];
  /** How many entries a list has, also when the plan does not know them yet. */
  readonly count: (attribute: string) => number;
}

const hourly = (price: number) => price * hoursPerMonth;
const one = (name: string, price: number, quantity = 1): CostItem[] => [{ name, quantity, price }];

/** By type of resource; what is not here has no fixed cost. */
const table: Readonly<Record<string, (resource: Priced) => CostItem[]>> = {
  aws_nat_gateway: () => one("NAT gateway", hourly(prices.hour.natGateway)),
  aws_eip: () => one("public IPv4 address", hourly(prices.hour.publicAddress)),
  aws_vpc_endpoint: ({ values, count }) =>
    values.vpc_endpoint_type === "Interface"
      ? one("interface endpoint, per zone", hourly(prices.hour.interfaceEndpoint), count("subnet_ids"))
      : [],
  aws_rds_cluster: ({ values }) =>
    values.manage_master_user_password === true ? one("secret", prices.month.secret) : [],
  aws_rds_cluster_instance: ({ values, others }) =>
    values.instance_class === "db.serverless"
      ? one("Aurora ACU, minimum of each instance", hourly(prices.hour.auroraCapacityUnit), leastCapacity(others))
      : [],
  aws_db_proxy: ({ others }) => {
    const instances = others.filter(({ type }) => type === "aws_rds_cluster_instance").length;
    const units = Math.max(leastProxyCapacity, leastCapacity(others) * instances);
    return one("RDS proxy, per ACU", hourly(prices.hour.proxyCapacityUnit), units);
  },
  // Lambda polls a queue with five connections, each for 20 s, whether anything comes or not.
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
  aws_lambda_event_source_mapping: () =>
    one(
      "million polls of a queue that starts a function",
      prices.million.queueRequests,
      (5 * hoursPerMonth * 180) / 1e6,
    ),
  aws_lambda_provisioned_concurrency_config: ({ values, others }) => {
    const warm = others.find(
      ({ type, function_name: name }) => type === "aws_lambda_function" && name === values.function_name,
    );
    const gigabytes = (number(warm?.memory_size) ?? 128) / 1_024;
    const instances = number(values.provisioned_concurrent_executions) ?? 0;
    return one("GB of functions kept warm", hourly(prices.hour.provisionedConcurrency), gigabytes * instances);
  },
  aws_elasticache_replication_group: ({ values }) => {
    const type = typeof values.node_type === "string" ? values.node_type : "";
    const price = new Map<string, number>(Object.entries(prices.hour.cacheNode)).get(type);
    const nodes = number(values.num_cache_clusters) ?? 1;
    return price === undefined
      ? one(`${type || "cache node"}, whose price is not written down`, 0, nodes)
      : one(type, hourly(price), nodes);
  },
  aws_appautoscaling_target: (target) => {
    const size = target.values.service_namespace === "ecs" ? taskSize(target) : undefined;
    const tasks = number(target.values.min_capacity) ?? 0;
    return size === undefined
      ? []
      : [
          ...one("vCPU of tasks, at their minimum", hourly(prices.hour.taskCpu), size.cpus * tasks),
          ...one("GB of tasks, at their minimum", hourly(prices.hour.taskGigabyte), size.gigabytes * tasks),
        ];
  },
  aws_kms_key: () => one("KMS key", prices.month.key),
  aws_wafv2_web_acl: ({ count }) => [
    ...one("firewall", prices.month.webAcl),
    ...one("firewall rule", prices.month.webAclRule, count("rule")),
  ],
  aws_cloudwatch_metric_alarm: () => one("alarm", prices.month.alarm),
  aws_cloudwatch_composite_alarm: () => one("composite alarm", prices.month.compositeAlarm),
  aws_cloudwatch_dashboard: () => one("dashboard", prices.month.dashboard),
  aws_secretsmanager_secret: () => one("secret", prices.month.secret),
  aws_route53_resolver_firewall_domain_list: ({ count }) =>
    one("name of the DNS firewall", prices.month.firewallName, count("domains")),
  aws_route53_zone: () => one("DNS zone", prices.month.zone),
};

/** The fixed cost of a stack's resources on one side of its plan. */
function fixedCost(resources: readonly Resource[], configuration: Configuration, side: Side): CostItem[] {
  const present = resources.flatMap((resource) => {
    const values = resource[side];
    return values === undefined ? [] : [{ ...resource, values }];
  });
  const others = present.map(({ type, values }) => ({ ...values, type }));
  return present.flatMap(({ type, address, values }) => {
    const count = (attribute: string): number => {
      const value = values[attribute];
      return isList(value) ? value.length : value === later ? (configuration.list(address, attribute)?.length ?? 0) : 0;
    };
    return table[type]?.({ values, others, count }) ?? [];
  });
}

/** The size of the task that a scaling target multiplies: of the family that is called like its service, or of the only one. */
function taskSize({ values, others }: Priced): { readonly cpus: number; readonly gigabytes: number } | undefined {
  const families = others.filter(({ type }) => type === "aws_ecs_task_definition");
  const service = typeof values.resource_id === "string" ? values.resource_id.split("/").at(-1) : undefined;
  const family = families.find((one) => one.family === service) ?? (families.length === 1 ? families[0] : undefined);
  if (family === undefined) return undefined;
  // Terraform has both as texts: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size
  return { cpus: Number(family.cpu) / 1_024, gigabytes: Number(family.memory) / 1_024 };
}

/** ACU that an instance never goes below; a stack holds one cluster. */
function leastCapacity(others: Priced["others"]): number {
  const cluster = others.find(({ type }) => type === "aws_rds_cluster");
  const scaling = cluster?.serverlessv2_scaling_configuration;
  const [block] = isList(scaling) ? scaling : [];
  return (isValues(block) ? number(block.min_capacity) : undefined) ?? 0;
}

function number(value: Value | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

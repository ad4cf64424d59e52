import { estimateCost } from "../../src/cost/estimate";
import { prices } from "../../src/cost/prices";
import { costSentence } from "../../src/wording";
import { type Planned, reference, reviewOf } from "../plans";

async function fixed(...changes: readonly Planned[]) {
  const { cost } = await reviewOf({ changes });
  return cost;
}

const instance = { type: "aws_rds_cluster_instance", after: { instance_class: "db.serverless" } };
const cluster = (min_capacity: number) => ({
  type: "aws_rds_cluster",
  after: {
    serverlessv2_scaling_configuration: [{ min_capacity, max_capacity: 64 }],
    manage_master_user_password: true,
  },
});
const month = 730;

test("a database costs its least capacity for each instance, its proxy for eight units at least", async () => {
  const { fixed: total } = await fixed(cluster(2), { ...instance, name: "writer" }, { ...instance, name: "reader" });
  expect(total).toBeCloseTo(4 * prices.hour.auroraCapacityUnit * month + prices.month.secret);
  const proxy = { type: "aws_db_proxy", after: { name: "proxy" } };
  const alone = (await fixed(cluster(2), proxy)).items.find(({ name }) => name.startsWith("RDS proxy"));
  expect(alone).toMatchObject({ quantity: 8, total: 8 * prices.hour.proxyCapacityUnit * month });
});

test("an interface endpoint costs each of its zones, also when their ids are not known yet", async () => {
  const endpoint = {
    type: "aws_vpc_endpoint",
    after: { vpc_endpoint_type: "Interface" },
    unknown: { subnet_ids: true },
    expressions: { subnet_ids: { constant_value: [reference("aws_subnet.a.id"), reference("aws_subnet.b.id")] } },
  };
  expect((await fixed(endpoint)).fixed).toBeCloseTo(2 * prices.hour.interfaceEndpoint * month);
  expect((await fixed({ ...endpoint, after: { vpc_endpoint_type: "Gateway" } })).fixed).toBe(0);
});

test("a DNS firewall costs each name of its lists, and what requests ask for on top", async () => {
  const list = { type: "aws_route53_resolver_firewall_domain_list", after: { domains: ["a.example", "b.example"] } };
  const association = { type: "aws_route53_resolver_firewall_rule_group_association", after: { priority: 101 } };
  const cost = await fixed(list, association);
  expect(cost.fixed).toBeCloseTo(2 * prices.month.firewallName);
  expect(cost.usage).toMatch(/ \+ \$0\.60 × names that a request asks for$/);
  expect((await fixed(list)).usage).not.toContain("names");
});

test("a queue costs each of its nodes, and a node without a price says so", async () => {
  const queue = {
    type: "aws_elasticache_replication_group",
    after: { node_type: "cache.t4g.micro", num_cache_clusters: 3 },
  };
  expect((await fixed(queue)).fixed).toBeCloseTo(3 * prices.hour.cacheNode["cache.t4g.micro"] * month);
  const unknown = await fixed({ ...queue, after: { node_type: "cache.x9.huge", num_cache_clusters: 2 } });
  expect(unknown.items).toMatchObject([
    { name: "cache.x9.huge, whose price is not written down", quantity: 2, total: 0 },
  ]);
});

test("tasks cost their size as often as they run at least", async () => {
  const task = (family: string, cpu: string, memory: string) => ({
    type: "aws_ecs_task_definition",
    name: family,
    after: { family, cpu, memory },
  });
  const target = {
    type: "aws_appautoscaling_target",
    after: { service_namespace: "ecs", resource_id: "service/cluster/small", min_capacity: 2, max_capacity: 20 },
  };
  const { fixed: total } = await fixed(task("small", "512", "1024"), task("large", "4096", "8192"), target);
  expect(total).toBeCloseTo(2 * (0.5 * prices.hour.taskCpu + prices.hour.taskGigabyte) * month);
});

test("functions kept warm cost their memory", async () => {
  const { fixed: total } = await fixed(
    { type: "aws_lambda_function", after: { function_name: "f", memory_size: 512 } },
    {
      type: "aws_lambda_provisioned_concurrency_config",
      after: { function_name: "f", provisioned_concurrent_executions: 10 },
    },
  );
  expect(total).toBeCloseTo(5 * prices.hour.provisionedConcurrency * month);
});

test("a firewall costs its rules", async () => {
  expect((await fixed({ type: "aws_wafv2_web_acl", after: { rule: [{ name: "a" }, { name: "b" }] } })).fixed).toBe(7);
});

test("the difference is what the plans add and take away", async () => {
  const review = await reviewOf({
    changes: [
      { type: "aws_kms_key", name: "kept", before: { a: 1 }, after: { a: 2 } },
      { type: "aws_kms_key", name: "gone", before: { a: 1 } },
      { type: "aws_cloudwatch_dashboard", after: { a: 1 } },
    ],
  });
  expect(review.cost).toMatchObject({ fixed: 4, difference: 2 });
  expect(costSentence(review)).toBe("Fixed cost about $4.00 a month, $2.00 more (estimate).");
});

test("backups that are copied to another region are counted, and said not to be estimated", async () => {
  const plan = (copy_action: readonly object[]) => ({
    type: "aws_backup_plan",
    after: { rule: [{ schedule: "cron(15 5,11,17,23 ? * * *)", lifecycle: [{ delete_after: 35 }], copy_action }] },
  });
  expect((await fixed(plan([{ lifecycle: [{ delete_after: 7 }] }]))).usage).toMatch(
    /\. Not estimated: 28 whole copies of the database in another region, and 120 a month that are sent there$/,
  );
  expect((await fixed(plan([]))).usage).not.toContain("Not estimated");
});

test("usage is a formula with the memory of the largest function, and prices have a date", async () => {
  const cost = await fixed({ type: "aws_lambda_function", after: { memory_size: 2_048 } });
  expect(cost.usage).toMatch(/^\$4\.55 \+ \$26\.67 × mean seconds of a request/);
  expect(cost.source).toMatch(/eu-west-1, written down on \d{4}-\d\d-\d\d/);
});

test("prices older than a year are called old", () => {
  const at = (days: number) => estimateCost([], new Date(Date.parse(prices.date) + days * 24 * 3_600_000)).source;
  expect(at(364)).not.toContain("a year ago");
  expect(at(366)).toContain(`written down on ${prices.date}`);
  expect(at(366)).toContain("more than a year ago: look them up again");
});

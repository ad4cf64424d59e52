import type { Environment } from "../../config/environment";
import type { Service } from "../../config/service";
import { exampleEnvironment } from "../platform-fixture";
import { type Resource, resources } from "./synthesized";

const service = { description: "One of several", entry: "lambda/orders" } as const;
const orders: Service = { ...service, name: "orders", product: "shop", kind: "http", path: "/orders", uses: ["queue"] };
const returns: Service = { ...orders, name: "returns", path: "/returns" };
const letters: Service = { ...orders, name: "letters", product: "post", path: "/letters" };
const quiet: Service = { ...orders, name: "quiet", product: "silence", path: "/quiet", uses: [] };

const synthesized = (services: readonly Service[], environment: Environment = exampleEnvironment) =>
  resources({ environments: [environment], services });
const found = synthesized([orders, returns, letters, quiet]);
const settings = (all: readonly Resource[], type: string) =>
  all.filter((resource) => resource.type === type).map((resource) => resource.settings);

test("each product that uses the queue has a user of its own, whatever its services", () => {
  expect(
    settings(found, "aws_elasticache_user")
      .map(({ user_id }) => user_id)
      .sort(),
  ).toEqual(["development-post", "development-shop"]);
});

test("a service may connect as its product's user, to this queue, and is told where it is", () => {
  const connect = found.find(({ path }) => path === "orders/connect-to-queue");
  const [statement] = JSON.parse(String(connect?.settings.policy)).Statement;
  expect(statement).toMatchObject({ Effect: "Allow", Action: ["elasticache:Connect"] });
  expect(statement.Resource).toEqual([
    expect.stringMatching(/aws_elasticache_replication_group.+arn\}$/),
    expect.stringMatching(/aws_elasticache_userqueue_user-shop.+arn\}$/),
  ]);
  const [environment] = found.flatMap(({ path, type, settings: { environment } }) =>
    type === "aws_lambda_function" && path.startsWith("orders/") ? [environment] : [],
  );
  expect(environment).toEqual({
    variables: expect.objectContaining({
      REDIS_URL: expect.stringMatching(/^rediss:\/\/\$\{.+primary_endpoint_address\}:6379$/),
      REDIS_PREFIX: "shop",
      REDIS_USER: expect.stringMatching(/user-shop/),
      REDIS_AUTH: "iam",
      REDIS_CACHE: "development-queue",
    }),
  });
  const egress = found.filter(({ path }) => path === "orders/queue-egress");
  expect(egress.map((rule) => [rule.settings.from_port, rule.settings.to_port])).toEqual([[6379, 6379]]);
});

test("a service that does not use the queue knows nothing of it", () => {
  const own = found.filter(({ path }) => path.startsWith("quiet/"));
  expect(own.length).toBeGreaterThan(5);
  expect(JSON.stringify(own)).not.toMatch(/REDIS|elasticache|6379/);
});

test("the queue's size, version and replicas are the environment's, and each node is watched", () => {
  const queue = { engineVersion: "9.1", nodeType: "cache.m7g.large", replicas: 2, snapshotRetentionDays: 14 };
  const larger = synthesized([orders], { ...exampleEnvironment, queue });
  expect(settings(larger, "aws_elasticache_replication_group")).toEqual([
    expect.objectContaining({
      replication_group_id: "development-queue",
      engine: "valkey",
      engine_version: "9.1",
      node_type: "cache.m7g.large",
      num_cache_clusters: 3,
      snapshot_retention_limit: 14,
    }),
  ]);
  const watched = settings(larger, "aws_cloudwatch_metric_alarm").filter(
    ({ metric_name }) => metric_name === "Evictions",
  );
  expect(watched.map(({ dimensions }) => dimensions)).toEqual(
    [1, 2, 3].map((node) => ({ CacheClusterId: `development-queue-00${node}` })),
  );
});

test("a major version has a parameter group of its own, made before the last one goes", () => {
  const upgraded = synthesized([orders], {
    ...exampleEnvironment,
    queue: { ...exampleEnvironment.queue, engineVersion: "9.1" },
  });
  const groups = [found, upgraded].flatMap((all) => settings(all, "aws_elasticache_parameter_group"));
  expect(groups.map(({ name, family }) => [name, family])).toEqual([
    ["development-queue-8", "valkey8"],
    ["development-queue-9", "valkey9"],
  ]);
  for (const { lifecycle } of groups) expect(lifecycle).toEqual({ create_before_destroy: true });
});

test("a small node keeps more of its memory for snapshots and replication", () => {
  const reserved = (nodeType: string) => {
    const all = synthesized([orders], { ...exampleEnvironment, queue: { ...exampleEnvironment.queue, nodeType } });
    const [group] = settings(all, "aws_elasticache_parameter_group");
    return group?.parameter;
  };
  expect(reserved("cache.t4g.micro")).toContainEqual({ name: "reserved-memory-percent", value: "50" });
  expect(reserved("cache.m7g.large")).toContainEqual({ name: "reserved-memory-percent", value: "25" });
});

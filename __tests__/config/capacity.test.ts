import { capacity, databaseConnections } from "../../config/capacity";
import { capacityTable } from "../../config/capacity-table";
import type { Environment, FunctionSettings, WorkerSettings } from "../../config/environment";
import { environments } from "../../config/environments";
import { describeProblem } from "../../config/problem";
import type { Service } from "../../config/service";
import { services } from "../../config/services";
import { validate } from "../../config/validation";
import { catalogue, exampleEnvironment, exampleEnvironments, exampleProduction, intake } from "../platform-fixture";

const withFunctions = (settings: Partial<FunctionSettings>): Environment => ({
  ...exampleEnvironment,
  functions: { default: { ...exampleEnvironment.functions.default, ...settings }, services: {} },
});
const problems = (environment: Environment, services: readonly Service[] = [catalogue]) =>
  capacity(environment, services).problems.map(describeProblem);

/** Accepts orders and leaves them to a worker. */
const shop: readonly Service[] = [
  { ...catalogue, name: "orders", path: "/orders", uses: ["database", "queue"] },
  {
    name: "packing",
    product: "shop",
    description: "Packs what was ordered",
    kind: "worker",
    entry: "worker/packing",
    uses: ["database", "queue"],
  },
];
const withWorkers = (settings: Partial<WorkerSettings>): Environment => ({
  ...exampleEnvironment,
  workers: { default: { ...exampleEnvironment.workers.default, ...settings }, services: {} },
});

test.each([
  [1, 1, 189],
  [1, 4, 823],
  [1, 8, 1669],
  [1, 16, 3360],
  [1, 32, 5000],
  [1, 256, 5000],
  [0.5, 32, 2000],
  [0.5, 4, 823],
  [1, 2, 400],
])("%d to %d units accept %d connections", (min, max, connections) => {
  expect(databaseConnections({ min, max })).toBe(connections);
});

test("the functions of every real environment fit through the proxy at full concurrency", () => {
  for (const environment of environments) {
    const { connections } = capacity(environment, services);
    expect(connections.wanted).toBeLessThanOrEqual(connections.proxy);
    expect(connections.proxy).toBeLessThan(connections.database);
  }
});

test("every function takes instances, connections and addresses, those that a queue starts as well", () => {
  const alike = (name: string): Service => ({ ...catalogue, name, path: `/${name}`, uses: ["database", "internet"] });
  const four = [catalogue, alike("one"), alike("two"), alike("three")];
  const before = capacity(exampleEnvironment, four);
  const five = capacity(exampleEnvironment, [...four, intake]);
  expect(five.concurrency - before.concurrency).toBe(20);
  expect(five.connections.wanted - before.connections.wanted).toBe(40);
  expect(five.addresses.wanted - before.addresses.wanted).toBe(1);
});

test("a function that a queue starts may take longer than API Gateway waits", () => {
  const slow = withFunctions({ timeout: 900 });
  expect(problems(slow, [intake])).toEqual([]);
  expect(problems(slow, [catalogue])).toEqual([expect.stringContaining("must be shorter than")]);
  expect(capacity(slow, [intake]).timeouts.function).toBe(0);
});

test.each([1, 1_001])("a function that a queue starts has at least 2 instances and at most 1,000, not %d", (count) => {
  const [first] = problems(
    { ...withFunctions({ reservedConcurrency: count, connections: 1 }), database: exampleProduction.database },
    [intake],
  );
  expect(first).toBe(
    `development.functions(intake).reservedConcurrency must be 2 to 1,000: so many messages of its queue SQS lets a function work on at once, got ${count}`,
  );
});

test("another service with a database fits into every real environment without an edit", () => {
  const { hosts: _asked, ...silent } = catalogue;
  const added: Service = { ...silent, name: "added", path: "/added", uses: ["database"] };
  expect(() => validate(environments, [...services, added])).not.toThrow();
});

test("the functions that use the database want their connections together", () => {
  const users = ["orders", "returns"].map(
    (name): Service => ({ ...catalogue, name, path: `/${name}`, uses: ["database"] }),
  );
  const caller: Service = { ...catalogue, name: "caller", path: "/caller", uses: ["internet"], hosts: ["example.com"] };
  const { concurrency, connections } = capacity(exampleEnvironment, [...users, caller]);
  expect({ concurrency, connections }).toEqual({
    concurrency: 60,
    connections: { wanted: 80, proxy: 658, database: 823 },
  });
});

test("more concurrency than the proxy has connections names both numbers to change", () => {
  expect(problems(withFunctions({ reservedConcurrency: 400 }))).toEqual([
    "development.functions.*.reservedConcurrency times connections, with those of the workers, must be at most 658, the connections of the proxy (80 % of 823): lower development.functions.default.reservedConcurrency, 400, or raise development.database.capacity.max, got 800",
  ]);
});

test("a function outlives its slowest statement, and API Gateway outlives the function", () => {
  expect(problems(withFunctions({ timeout: 8 }))).toEqual([
    "development.functions(catalogue).timeout must be longer than 8 s, development.database.proxy.borrowTimeout and development.database.statementTimeout together, got 8",
  ]);
  expect(problems(withFunctions({ timeout: 29 }))).toEqual([
    "development.functions(catalogue).timeout must be shorter than development.api.integrationTimeout, 29 s, got 29",
  ]);
});

test("a release can keep two versions warm", () => {
  expect(problems(withFunctions({ provisionedConcurrency: 10 }))).toEqual([]);
  expect(problems(withFunctions({ provisionedConcurrency: 11 }))).toEqual([
    "development.functions(catalogue).provisionedConcurrency must be at most half of reservedConcurrency, 20: a release keeps two versions warm, got 11",
  ]);
});

test("a network too small for the database's proxy names the block", () => {
  const small = { ...exampleEnvironment, network: { ...exampleEnvironment.network, cidr: "10.10.0.0/20" } };
  expect(problems(small)).toEqual([
    'development.network.cidr must leave 112 addresses in each isolated subnet, it offers 59: use a larger block, got "10.10.0.0/20"',
  ]);
});

test("tasks take connections and addresses beside functions, twice while they are deployed", () => {
  const { tasks, connections, queueConnections, addresses } = capacity(withWorkers({ maxTasks: 9 }), shop);
  expect({ tasks, connections: connections.wanted, queue: queueConnections, addresses: addresses.wanted }).toEqual({
    tasks: 18,
    // 20 instances with 2 each, 18 tasks with 5 each.
    connections: 130,
    // 20 instances with 2 each, 18 tasks with 4 each; a small node accepts fewer than 65,000.
    queue: { wanted: 112, offered: 20_000 },
    // Of three zones: an interface of the function, 6 tasks, 2 endpoints, a build.
    addresses: 10,
  });
});

test("400 functions that serve one request at a time count with all their connections: nothing joins their statements", () => {
  const { connections } = capacity(withFunctions({ reservedConcurrency: 400 }), shop.slice(0, 1));
  expect(connections.wanted).toBe(800);
});

test("more tasks than the proxy has connections name the setting to lower", () => {
  expect(problems(withWorkers({ maxTasks: 100 }), shop)).toEqual([
    expect.stringMatching(/: lower development\.workers\.default\.maxTasks, 100, or raise .+, got 1040$/),
  ]);
});

test("more clients than the queue's node accepts name the node and the setting to lower", () => {
  const many = { ...exampleEnvironment, functions: withFunctions({ reservedConcurrency: 10_000 }).functions };
  const services: readonly Service[] = ["orders", "returns"].map((name) => ({
    ...catalogue,
    name,
    path: `/${name}`,
    uses: ["queue"],
  }));
  expect(problems(many, services)).toEqual([
    'development.queue.nodeType must accept 40000 connections, it accepts 20000: take a larger one, or lower development.functions.default.reservedConcurrency, 10000, got "cache.t4g.micro"',
  ]);
  expect(problems({ ...many, queue: { ...many.queue, nodeType: "cache.m7g.large" } }, services)).toEqual([]);
});

test("the table has a line an environment, wanted beside held", () => {
  const rows = exampleEnvironments.map((environment) => capacity(environment, shop));
  const lines = capacityTable(rows).split("\n");
  expect(lines).toHaveLength(1 + exampleEnvironments.length);
  expect(lines[1]).toMatch(
    /^development\s+20\s+8\s+80 of 658\s+823\s+72 of 20000\s+7 of 8187\s+112 of 1019\s+8 < 28 < 29 s$/,
  );
});

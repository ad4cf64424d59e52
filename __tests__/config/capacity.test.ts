import { capacity, databaseConnections } from "../../config/capacity";
import { capacityTable } from "../../config/capacity-table";
import type { Environment, FunctionSettings } from "../../config/environment";
import { environments } from "../../config/environments";
import { development } from "../../config/environments/development";
import { ConfigurationError, describeProblem } from "../../config/problem";
import { services } from "../../config/services";
import { validate } from "../../config/validation";

const withFunctions = (settings: Partial<FunctionSettings>): Environment => ({
  ...development,
  functions: { default: { ...development.functions.default, ...settings }, services: {} },
});
const problems = (environment: Environment) => capacity(environment, services).problems.map(describeProblem);

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

test("every function at full concurrency fits through the proxy", () => {
  for (const environment of environments) {
    const { connections } = capacity(environment, services);
    expect(connections.wanted).toBeGreaterThan(0);
    expect(connections.wanted).toBeLessThanOrEqual(connections.proxy);
    expect(connections.proxy).toBeLessThan(connections.database);
  }
});

test("more concurrency than the proxy has connections names both numbers to change", () => {
  expect(problems(withFunctions({ reservedConcurrency: 400 }))).toEqual([
    "development.functions.*.reservedConcurrency times connections must be at most 658, the connections of the proxy (80 % of 823): lower it, or raise development.database.capacity.max, got 800",
  ]);
});

test("a function outlives its slowest statement, and API Gateway outlives the function", () => {
  expect(problems(withFunctions({ timeout: 8 }))).toEqual([
    "development.functions(preferences).timeout must be longer than 8 s, development.database.proxy.borrowTimeout and development.database.statementTimeout together, got 8",
  ]);
  expect(problems(withFunctions({ timeout: 29 }))).toEqual([
    "development.functions(preferences).timeout must be shorter than development.api.integrationTimeout, 29 s, got 29",
  ]);
});

test("a release can keep two versions warm", () => {
  expect(problems(withFunctions({ provisionedConcurrency: 10 }))).toEqual([]);
  expect(problems(withFunctions({ provisionedConcurrency: 11 }))).toEqual([
    "development.functions(preferences).provisionedConcurrency must be at most half of reservedConcurrency, 20: a release keeps two versions warm, got 11",
  ]);
});

test("a network too small for the database's proxy names the block", () => {
  const small = { ...development, network: { ...development.network, cidr: "10.10.0.0/20" } };
  expect(problems(small)).toEqual([
    'development.network.cidr must leave 111 addresses in each isolated subnet, it offers 59: use a larger block, got "10.10.0.0/20"',
  ]);
});

test("the environments of an account share its concurrency", () => {
  const big = environments.map((environment) => ({
    ...environment,
    database: { ...environment.database, capacity: { min: 1, max: 32 } },
    functions: { default: { ...environment.functions.default, reservedConcurrency: 400 }, services: {} },
  }));
  expect(() => validate(big, services)).toThrow(ConfigurationError);
  expect(() => validate(big, services)).toThrow(
    /^functions\.\*\.reservedConcurrency must sum to at most 900 .+, got 1200$/,
  );
});

test("the table has a line an environment, wanted beside held", () => {
  const lines = capacityTable(environments.map((environment) => capacity(environment, services))).split("\n");
  expect(lines).toHaveLength(4);
  expect(lines[1]).toMatch(/^development\s+20\s+40 of 658\s+823\s+5 of 8187\s+111 of 1019\s+8 < 28 < 29 s$/);
});

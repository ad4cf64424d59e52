import { accounts } from "../../config/accounts";
import { type Environment, functionSettings, type WorkerSettings, workerSettings } from "../../config/environment";
import { environments } from "../../config/environments";
import { ConfigurationError } from "../../config/problem";
import type { Service } from "../../config/service";
import { services } from "../../config/services";
import { validate } from "../../config/validation";
import {
  catalogue,
  exampleEnvironment,
  exampleEnvironments,
  exampleProduction,
  exampleServices,
  intake,
} from "../platform-fixture";

function problems(given: readonly Environment[], table: readonly Service[] = exampleServices): string[] {
  try {
    validate(given, table);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split("\n");
    throw error;
  }
}

test("the real environments and the real table of services are valid", () => {
  expect(problems(environments, services)).toEqual([]);
});

test("the example's environments and table are valid", () => {
  expect(problems(exampleEnvironments)).toEqual([]);
});

test("every problem is reported at once, each with property, rule and value", () => {
  const broken: Environment = {
    ...exampleEnvironment,
    account: "1234",
    region: "Ireland",
    logRetentionDays: 42,
    network: { cidr: "10.0.0.1/16", zones: 4, natGateways: "one", egress: "block" },
    database: { ...exampleEnvironment.database, capacity: { min: 0.3, max: 4 } },
  };
  expect(problems([broken])).toEqual([
    'development.account must be 12 digits, got "1234"',
    'development.region must be an AWS region such as eu-west-1, got "Ireland"',
    expect.stringMatching(/^development\.logRetentionDays must be one of 1, 3, .+ days, got 42$/),
    expect.stringMatching(
      /^development\.network\.cidr must be an IPv4 block of \/16 to \/22 .+, got "10\.0\.0\.1\/16"$/,
    ),
    "development.network.zones must be 3 or less, got 4",
    "development.database.capacity.min must be between 0.5 and 256 ACU in steps of 0.5, got 0.3",
    "development.database.capacity.min must be between 0.5 and 256 ACU in steps of 0.5, got 0.3",
  ]);
});

test("networks of two environments must not overlap", () => {
  const inside = { ...exampleProduction, network: { ...exampleProduction.network, cidr: "10.10.16.0/20" } };
  expect(problems([exampleEnvironment, inside])).toEqual([
    'production.network.cidr must not overlap development.network.cidr, 10.10.0.0/16, got "10.10.16.0/20"',
  ]);
});

test("an environment's name is unique", () => {
  const twin = { ...exampleEnvironment, network: { ...exampleEnvironment.network, cidr: "10.99.0.0/16" } };
  expect(problems([exampleEnvironment, twin])).toEqual(['environments.name must be unique, got "development"']);
});

test("a domain lies in its zone", () => {
  const stray = { ...exampleEnvironment, api: { ...exampleEnvironment.api, domain: "api.example.org" } };
  expect(problems([stray])).toEqual(['development.api.domain must be in the zone example.com, got "api.example.org"']);
});

test("the smallest capacity is at most the largest", () => {
  const inverted = {
    ...exampleEnvironment,
    database: { ...exampleEnvironment.database, capacity: { min: 8, max: 4 } },
  };
  expect(problems([inverted])).toEqual([
    "development.database.capacity.min must be at most development.database.capacity.max, 4, got 8",
  ]);
});

test("an environment that must not be lost tells somebody of its alarms", () => {
  expect(problems([{ ...exampleProduction, alarms: { emails: [] } }])).toEqual([
    "production.alarms.emails must name whom alarms tell, for production.database.deletionProtection is on, got []",
  ]);
  expect(problems([{ ...exampleEnvironment, alarms: { emails: [] } }])).toEqual([]);
});

test("an environment that must not be lost names the issuer of its callers, and one that may be can be open", () => {
  const open = { ...exampleProduction, api: { ...exampleProduction.api, callers: "open" as const } };
  expect(problems([open])).toEqual([
    'production.api.callers must name an issuer and its audience, for production.database.deletionProtection is on: what must not be lost is not for everybody to read, got "open"',
  ]);
  expect(exampleEnvironment.api.callers).toBe("open");
  expect(environments.filter(({ api }) => api.callers === "open").map(({ name }) => name)).toEqual(["development"]);
});

test("an environment that must not be lost is backed up, and one that may be can go without", () => {
  expect(problems([{ ...exampleProduction, backup: "none" }])).toEqual([
    'production.backup must say how the database is backed up, for production.database.deletionProtection is on, got "none"',
  ]);
  expect(problems([{ ...exampleEnvironment, backup: "none" }])).toEqual([]);
});

test.each<[string, object, string]>([
  [
    "in the same region",
    { copyRegion: "eu-west-1" },
    'copyRegion must be another region than production.region, got "eu-west-1"',
  ],
  ["for fewer days than a vault's lock lets it", { keepDays: 6 }, "keepDays must be 7 or more, got 6"],
  ["for more days than a vault's lock lets it", { copyKeepDays: 91 }, "copyKeepDays must be 90 or less, got 91"],
  ["every five hours", { everyHours: 5 }, "everyHours must be 6, 8, 12 or 24, got 5"],
  ["with less grace than AWS knows", { lockGraceDays: 2 }, "lockGraceDays must be 3 or more, got 2"],
])("no environment is backed up %s", (_what, wrong, problem) => {
  const changed = { ...exampleProduction, backup: Object.assign({}, exampleProduction.backup, wrong) };
  expect(problems([changed])).toEqual([`production.backup.${problem}`]);
});

const issuer = "https://identity.example.com";
const audience = "https://api.example.com";
test.each<[string, unknown, string]>([
  ["anybody", "anybody", 'callers must be "open", or { issuer, audience }, got "anybody"'],
  [
    "an issuer in the clear",
    { issuer: "http://identity.example.com", audience },
    'callers.issuer must be an https URL without query or fragment, got "http://identity.example.com"',
  ],
  [
    "an issuer with a query",
    { issuer: `${issuer}?a=b`, audience },
    `callers.issuer must be an https URL without query or fragment, got "${issuer}?a=b"`,
  ],
  [
    "an audience that is no URI",
    { issuer, audience: "api" },
    'callers.audience must be a URI such as https://api.example.com, got "api"',
  ],
  ["no audience", { issuer }, `callers must be "open", or { issuer, audience }, got {"issuer":"${issuer}"}`],
  ["a secret", { issuer, audience, secret: "x" }, 'callers.secret is not a setting, got "x"'],
])("callers are open or an issuer and its audience, not %s", (_, callers, problem) => {
  const api = Object.assign({ ...exampleProduction.api }, { callers });
  expect(problems([{ ...exampleProduction, api }])).toEqual([`production.api.${problem}`]);
});

test("tokens and signed requests exclude each other", () => {
  const signed = { ...exampleProduction, api: { ...exampleProduction.api, authorization: "AWS_IAM" as const } };
  expect(problems([signed])).toEqual([
    'production.api.authorization must be NONE, for production.api.callers names an issuer: a request has one Authorization header, got "AWS_IAM"',
  ]);
});

test("a caller is answered 429 before the firewall blocks its address", () => {
  const api = { ...exampleProduction.api, requestsPerCaller: 401 };
  expect(problems([{ ...exampleProduction, api }])).toEqual([
    "production.api.requestsPerCaller must be at most a fifth of production.api.requestsPerAddress, 2000, got 401",
  ]);
});

test("a setting that nobody reads is refused", () => {
  const misspelt: Environment = Object.assign({ ...exampleEnvironment }, { databse: {} });
  expect(problems([misspelt])).toEqual(["development.databse is not a setting, got {}"]);
});

test("settings of a function or a worker that no service has are refused", () => {
  const stray = {
    ...exampleEnvironment,
    functions: { ...exampleEnvironment.functions, services: { shipping: { memory: 512 } } },
    workers: { ...exampleEnvironment.workers, services: { catalogue: { minTasks: 2 } } },
  };
  expect(problems([stray])).toEqual([
    'development.functions.services must name services that are functions of config/services.ts: catalogue, intake, checkout, got "shipping"',
    'development.workers.services must name workers of config/services.ts: shipping, got "catalogue"',
  ]);
});

const withWorkers = (settings: Partial<WorkerSettings>): Environment => ({
  ...exampleEnvironment,
  workers: { ...exampleEnvironment.workers, services: { shipping: settings } },
});

test("a worker has as much memory as Fargate takes with its CPU", () => {
  expect(problems([withWorkers({ cpu: 4_096, memory: 30_720 })])).toEqual([]);
  expect(problems([withWorkers({ memory: 4_096 })])).toEqual([
    "development.workers.services.shipping.memory must be one of 512, 1024, 2048 MB, for development.workers.default.cpu is 256, got 4096",
  ]);
});

test("a worker's least number of tasks is at most its largest", () => {
  expect(problems([withWorkers({ minTasks: 5 })])).toEqual([
    "development.workers.services.shipping.minTasks must be at most development.workers.default.maxTasks, 4, got 5",
  ]);
});

test("a worker is killed later than it has drained, and the queue has a node to fail over to", () => {
  const queue = { ...exampleEnvironment.queue, replicas: 0 };
  expect(problems([{ ...withWorkers({ stopTimeout: 10 }), queue }])).toEqual([
    "development.queue.replicas must be 1 or more, got 0",
    "development.workers.services.shipping.stopTimeout must be 11 or more, got 10",
  ]);
});

test("a worker's settings are the default with what differs", () => {
  const { minTasks, ...others } = exampleEnvironment.workers.default;
  expect(workerSettings(withWorkers({ minTasks: minTasks + 1 }), "shipping")).toEqual({
    ...others,
    minTasks: minTasks + 1,
  });
});

test("a service with an unknown dependency is refused", () => {
  const table: Service[] = [Object.assign({ ...catalogue }, { uses: ["internet", "mainframe"] })];
  expect(problems([exampleEnvironment], table)).toEqual([
    'services(catalogue).uses.1 must be one of database, queue, imports, internet, jwt, callers, got "mainframe"',
  ]);
});

test("two services cannot share a path or a name", () => {
  const { hosts: _asked, ...silent } = catalogue;
  const twin: Service = { ...silent, uses: ["database"] };
  expect(problems([exampleEnvironment], [catalogue, twin])).toEqual([
    'services.name must be unique, got "catalogue"',
    'services.path must be unique, got "/catalogue"',
  ]);
});

test("a worker uses nothing that is made for services of another kind", () => {
  const worker: Service = {
    name: "packing",
    product: "shop",
    description: "Packs",
    kind: "worker",
    entry: "worker/packing",
    uses: ["database", "queue", "internet", "jwt", "imports", "callers"],
    hosts: ["suppliers.example.com"],
  };
  expect(problems([exampleEnvironment], [worker])).toEqual([
    'services(packing).uses must list imports for services of the kind events alone: its bucket tells of each new file, got "imports"',
    'services(packing).uses must list callers for services of the kind http alone: nobody calls the others, got "callers"',
  ]);
});

test("a service names the hosts that it asks, each as a domain, and none without asking", () => {
  const { hosts: _asked, ...silent } = catalogue;
  const asking = (hosts: readonly string[]): Service => ({ ...catalogue, hosts });
  expect(problems([exampleEnvironment], [silent])).toEqual([
    "services(catalogue).hosts must name the hosts that it asks, for it uses internet, got nothing",
  ]);
  expect(problems([exampleEnvironment], [asking([])])).toEqual(["services(catalogue).hosts must name a host, got []"]);
  expect(problems([exampleEnvironment], [asking(["*.example.com"])])).toEqual([
    'services(catalogue).hosts.0 must be a lower-case domain name, got "*.example.com"',
  ]);
  expect(problems([exampleEnvironment], [{ ...asking(["example.com"]), uses: ["database"] }])).toEqual([
    'services(catalogue).hosts must be absent, for it does not use internet, got ["example.com"]',
  ]);
});

test("the imports bucket has one reader", () => {
  const second: Service = { ...intake, name: "second" };
  expect(problems([exampleEnvironment], [intake, second])).toContainEqual(
    'services.uses must list imports for one service: its bucket is readable by one function alone, got ["intake","second"]',
  );
});

test("a function's settings are the default with what differs", () => {
  const given = {
    ...exampleEnvironment,
    functions: { ...exampleEnvironment.functions, services: { catalogue: { memory: 2_048 } } },
  };
  expect(functionSettings(given, "catalogue")).toEqual({ ...exampleEnvironment.functions.default, memory: 2_048 });
});

test("an account's settings are checked, each account once", () => {
  const [account] = accounts;
  if (account === undefined) throw new Error("config/accounts.ts names no account");
  const wrong = [{ ...account, emails: [] }, account];
  expect(() => validate(environments, services, accounts)).not.toThrow();
  expect(() => validate(environments, services, wrong)).toThrow(
    `accounts(${account.account}).emails must name somebody, got []\naccounts.account must be unique, got "${account.account}"`,
  );
});

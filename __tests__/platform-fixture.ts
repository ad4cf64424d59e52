import type { Environment } from "../config/environment";
import type { EventsService, HttpService, Service } from "../config/service";

/** A table of services and environments for tests: they hold whatever config/services.ts and config/environments hold. */

/** Deployed, with every dependency that AWS provides. */
export const catalogue = {
  name: "catalogue",
  product: "shop",
  description: "What can be bought",
  kind: "http",
  path: "/catalogue",
  entry: "lambda/catalogue",
  uses: ["database", "internet", "callers"],
  hosts: ["suppliers.example.com"],
} as const satisfies HttpService;

/** Works on events. */
export const intake = {
  name: "intake",
  product: "shop",
  description: "Takes what suppliers deliver",
  kind: "events",
  entry: "lambda/intake",
  uses: ["database", "imports"],
} as const satisfies EventsService;

export const exampleServices: readonly Service[] = [
  catalogue,
  intake,
  {
    name: "checkout",
    product: "payment",
    description: "Takes what was chosen, and the money for it",
    kind: "http",
    path: "/checkout",
    entry: "lambda/checkout",
    uses: ["database", "queue", "jwt"],
  },
  {
    name: "shipping",
    product: "payment",
    description: "Sends what was paid",
    kind: "worker",
    entry: "worker/shipping",
    uses: ["database", "queue"],
  },
];

/** One zone's NAT gateway, no reader, no protection: the smallest. */
export const exampleEnvironment: Environment = {
  name: "development",
  owner: "example-team",
  account: "111122223333",
  region: "eu-west-1",
  logRetentionDays: 365,
  network: { cidr: "10.10.0.0/16", zones: 3, natGateways: "one", egress: "block" },
  database: {
    engineVersion: "17",
    capacity: { min: 0.5, max: 4 },
    readers: 0,
    backupRetentionDays: 7,
    deletionProtection: false,
    applyImmediately: true,
    statementTimeout: 5,
    proxy: { maxConnectionsPercent: 80, borrowTimeout: 3 },
  },
  backup: {
    everyHours: 24,
    keepDays: 7,
    copyRegion: "eu-central-1",
    copyKeepDays: 7,
    lock: "governance",
    lockGraceDays: 3,
    restoreTests: "weekly",
  },
  queue: { engineVersion: "8.2", nodeType: "cache.t4g.micro", replicas: 1, snapshotRetentionDays: 1 },
  api: {
    zone: "example.com",
    domain: "api.dev.example.com",
    integrationTimeout: 29,
    throttling: { rate: 50, burst: 100 },
    requestsPerAddress: 2_000,
    authorization: "NONE",
    callers: "open",
    requestsPerCaller: 300,
    availability: 99.9,
  },
  functions: {
    default: {
      memory: 1_024,
      timeout: 28,
      reservedConcurrency: 20,
      reserve: true,
      provisionedConcurrency: 0,
      connections: 2,
    },
    services: {},
  },
  workers: {
    default: {
      cpu: 256,
      memory: 512,
      minTasks: 1,
      maxTasks: 4,
      backlogPerTask: 1_000,
      connections: 5,
      stopTimeout: 30,
    },
    services: {},
  },
  alarms: { emails: [] },
  operators: [],
  gitlab: { project: "example/platform", branch: "main", url: "https://gitlab.com", oidc: false },
};

/** Two readers, a NAT gateway in each zone, warm instances: the largest. */
export const exampleProduction: Environment = {
  ...exampleEnvironment,
  name: "production",
  network: { cidr: "10.30.0.0/16", zones: 3, natGateways: "per-zone", egress: "block" },
  database: { ...exampleEnvironment.database, capacity: { min: 2, max: 32 }, readers: 2, deletionProtection: true },
  backup: {
    everyHours: 6,
    keepDays: 35,
    copyRegion: "eu-central-1",
    copyKeepDays: 14,
    lock: "compliance",
    lockGraceDays: 14,
    restoreTests: "daily",
  },
  api: {
    ...exampleEnvironment.api,
    domain: "api.example.com",
    callers: { issuer: "https://identity.example.com", audience: "https://api.example.com" },
  },
  alarms: { emails: ["team@example.com"] },
  operators: ["arn:aws:iam::111122223333:user/on-call", "arn:aws:iam::111122223333:role/operators"],
  functions: {
    ...exampleEnvironment.functions,
    services: { [catalogue.name]: { reservedConcurrency: 400, provisionedConcurrency: 10 } },
  },
};

/** Of one account, in the order in which a change reaches them. */
export const exampleEnvironments: readonly Environment[] = [exampleEnvironment, exampleProduction];

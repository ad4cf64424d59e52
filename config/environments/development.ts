import type { Environment } from "../environment";

export const development = {
  name: "development",
  owner: "preferences-team",
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
  backup: "none",
  queue: { engineVersion: "9.1", nodeType: "cache.t4g.micro", replicas: 1, snapshotRetentionDays: 1 },
  api: {
    zone: "example.com",
    domain: "api.dev.example.com",
    integrationTimeout: 29,
    throttling: { rate: 50, burst: 100 },
    requestsPerAddress: 2_000,
    authorization: "NONE",
    callers: "open",
    requestsPerCaller: 300,
    availability: 99,
  },
  functions: {
    default: {
      memory: 1_024,
      timeout: 28,
      reservedConcurrency: 10,
      reserve: false,
      provisionedConcurrency: 0,
      connections: 2,
    },
    services: {
      preferences: { reservedConcurrency: 20 },
      // A login compares a password, which takes a whole core while it lasts.
      authentication: { memory: 1_769 },
      transactions: { reservedConcurrency: 20 },
      // It works on files, one an instance; nobody waits for an answer.
      imports: { memory: 1_024, timeout: 900, reservedConcurrency: 2 },
    },
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
  gitlab: { project: "platform/platform", branch: "main", url: "https://gitlab.com", oidc: false },
} satisfies Environment;

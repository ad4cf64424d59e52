import type { Environment } from "../environment";

export const staging = {
  name: "staging",
  owner: "preferences-team",
  account: "111122223333",
  region: "eu-west-1",
  logRetentionDays: 365,
  network: { cidr: "10.20.0.0/16", zones: 3, natGateways: "one", egress: "block" },
  database: {
    engineVersion: "17",
    capacity: { min: 1, max: 8 },
    readers: 1,
    backupRetentionDays: 14,
    deletionProtection: true,
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
  queue: { engineVersion: "9.1", nodeType: "cache.t4g.small", replicas: 1, snapshotRetentionDays: 7 },
  api: {
    zone: "example.com",
    domain: "api.staging.example.com",
    integrationTimeout: 29,
    throttling: { rate: 200, burst: 400 },
    requestsPerAddress: 2_000,
    authorization: "NONE",
    callers: { issuer: "https://identity.staging.example.com", audience: "https://api.staging.example.com" },
    requestsPerCaller: 300,
    availability: 99.5,
  },
  functions: {
    default: {
      memory: 1_024,
      timeout: 28,
      reservedConcurrency: 10,
      reserve: true,
      provisionedConcurrency: 0,
      connections: 2,
    },
    services: {
      preferences: { reservedConcurrency: 50, provisionedConcurrency: 1 },
      // A login compares a password, which takes a whole core while it lasts.
      authentication: { memory: 1_769 },
      transactions: { reservedConcurrency: 50 },
      // It works on files, one an instance; nobody waits for an answer.
      imports: { memory: 1_769, timeout: 900, reservedConcurrency: 2 },
    },
  },
  workers: {
    default: {
      cpu: 512,
      memory: 1_024,
      minTasks: 2,
      maxTasks: 6,
      backlogPerTask: 2_000,
      connections: 10,
      stopTimeout: 30,
    },
    services: {},
  },
  alarms: { emails: ["preferences-team@example.com"] },
  operators: [],
  gitlab: { project: "platform/platform", branch: "main", url: "https://gitlab.com", oidc: false },
} satisfies Environment;

import type { Environment } from "../environment";

export const production = {
  name: "production",
  owner: "preferences-team",
  account: "111122223333",
  region: "eu-west-1",
  logRetentionDays: 731,
  network: { cidr: "10.30.0.0/16", zones: 3, natGateways: "per-zone", egress: "block" },
  database: {
    engineVersion: "17",
    capacity: { min: 2, max: 32 },
    readers: 2,
    backupRetentionDays: 35,
    deletionProtection: true,
    applyImmediately: false,
    statementTimeout: 5,
    proxy: { maxConnectionsPercent: 80, borrowTimeout: 3 },
  },
  backup: {
    everyHours: 6,
    keepDays: 35,
    copyRegion: "eu-central-1",
    copyKeepDays: 7,
    lock: "compliance",
    lockGraceDays: 14,
    restoreTests: "daily",
  },
  queue: { engineVersion: "9.1", nodeType: "cache.m7g.large", replicas: 1, snapshotRetentionDays: 35 },
  api: {
    zone: "example.com",
    domain: "api.example.com",
    integrationTimeout: 29,
    throttling: { rate: 2_000, burst: 4_000 },
    requestsPerAddress: 2_000,
    authorization: "NONE",
    callers: { issuer: "https://identity.example.com", audience: "https://api.example.com" },
    requestsPerCaller: 300,
    availability: 99.9,
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
      preferences: { reservedConcurrency: 400, provisionedConcurrency: 10 },
      // A login compares a password, which takes a whole core while it lasts; a burst of them takes nobody else's instances.
      authentication: { memory: 1_769, reservedConcurrency: 50 },
      transactions: { reservedConcurrency: 400 },
      // It works on files, one an instance; nobody waits for an answer.
      imports: { memory: 1_769, timeout: 900, reservedConcurrency: 4 },
    },
  },
  workers: {
    default: {
      cpu: 1_024,
      memory: 2_048,
      minTasks: 2,
      maxTasks: 20,
      backlogPerTask: 5_000,
      connections: 10,
      stopTimeout: 30,
    },
    services: {},
  },
  alarms: { emails: ["preferences-team@example.com"] },
  operators: ["arn:aws:iam::111122223333:role/database-operators"],
  gitlab: { project: "platform/platform", branch: "main", url: "https://gitlab.com", oidc: false },
} satisfies Environment;

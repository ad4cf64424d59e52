import { z } from "zod";
import { parseCidr } from "./cidr";
import { domainName } from "./domain-name";

/** What an operator may set for an environment. All durations are in seconds unless the name says days. */

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,19}$/, "must be 2 to 20 lower-case letters, digits or hyphens, starting with a letter");

const cidr = z.string().refine((text) => {
  const block = parseCidr(text);
  return block !== undefined && block.prefix >= 16 && block.prefix <= 22;
}, "must be an IPv4 block of /16 to /22 that starts at its first address, to leave room for nine subnets");

/** Steps of half a capacity unit, https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html */
const capacityUnits = z
  .number()
  .min(0.5, "must be between 0.5 and 256 ACU in steps of 0.5")
  .max(256, "must be between 0.5 and 256 ACU in steps of 0.5")
  .multipleOf(0.5, "must be between 0.5 and 256 ACU in steps of 0.5");

/** The retention periods that CloudWatch Logs accepts, in days. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const logRetention = z
  .number()
  .refine((days) => logRetentions.includes(days), `must be one of ${logRetentions.join(", ")} days`);

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be an AWS region such as eu-west-1");

/** A whole number between two, both allowed. */
export const count = (min: number, max: number) =>
  z
    .number()
    .int(`must be a whole number of ${min} to ${max}`)
    .min(min, `must be ${min} or more`)
    .max(max, `must be ${max} or less`);

/** An OpenID Connect issuer, as its tokens write it, and what tokens for this API are made for (RFC 8707). */
const issuerSchema = z.strictObject({
  issuer: z
    .string()
    .refine(
      (text) => URL.canParse(text) && /^https:[^?#]+$/.test(text),
      "must be an https URL without query or fragment",
    ),
  audience: z.url("must be a URI such as https://api.example.com"),
  /** Where its discovery document says that its keys are, when that is another host. @default the issuer's */
  keysHost: domainName.optional(),
});

/** The least and the most days that a vault keeps a recovery point: its lock says so, and a lock may be there for good. */
export const backupDays = { min: 7, max: 90 } as const;

/** Recovery points of the database in AWS Backup, which nobody deletes before their day, and a copy of each in another region. */
const backupSettingsSchema = z.strictObject({
  /** Hours from one recovery point to the next; more often, one would be due while a window of Aurora's is open. */
  everyHours: z.number().refine((hours) => [6, 8, 12, 24].includes(hours), "must be 6, 8, 12 or 24"),
  keepDays: count(backupDays.min, backupDays.max),
  /** Where the copies are; the law that the data is under may choose it. */
  copyRegion: region,
  copyKeepDays: count(backupDays.min, backupDays.max),
  /** `governance`: an administrator may unlock the vaults, the pipeline may not. `compliance`: nobody may, AWS included, once `lockGraceDays` are over. */
  lock: z.enum(["governance", "compliance"]),
  /** For `compliance`: days in which the lock may still be taken off; the clock starts when the vaults are made. */
  lockGraceDays: count(3, 365),
  /** A recovery point is restored, and the restored cluster deleted, once in so much time. */
  restoreTests: z.enum(["daily", "weekly"]),
});
export type BackupSettings = z.infer<typeof backupSettingsSchema>;

/** Size of a function; one instance serves one request at a time. */
const functionSettingsSchema = z.strictObject({
  /** MB; 1,769 is one whole CPU. */
  memory: count(128, 10_240),
  timeout: count(1, 900),
  /** Instances that run at once at full load: where `reserve` is on, kept for this function and its limit. */
  reservedConcurrency: count(1, 10_000),
  /** Off: functions share what the account has. A young one has 10 instances, and lets nobody reserve any (`make quotas`). */
  reserve: z.boolean(),
  /** Instances kept warm. */
  provisionedConcurrency: count(0, 10_000),
  /** Database connections that one instance may hold. */
  connections: count(1, 10),
});
export type FunctionSettings = z.infer<typeof functionSettingsSchema>;

/** Size of a worker. */
const workerSettingsSchema = z.strictObject({
  /** Units; 1,024 are one whole CPU. */
  cpu: z.literal([256, 512, 1_024, 2_048, 4_096], "must be 256, 512, 1024, 2048 or 4096"),
  /** MB; `cpu` says which values Fargate takes. */
  memory: count(512, 30_720),
  /** Tasks that run at least. */
  minTasks: count(1, 1_000),
  /** Tasks that run at most, whatever waits. */
  maxTasks: count(1, 1_000),
  /** Waiting jobs for each task that autoscaling aims at. */
  backlogPerTask: count(1, 1_000_000),
  /** Database connections that one task may hold. */
  connections: count(1, 100),
  /** From the signal to stop until a task is killed: longer than a worker's drain of 10 s; Fargate allows 120. */
  stopTimeout: count(11, 120),
});
export type WorkerSettings = z.infer<typeof workerSettingsSchema>;

export const environmentSchema = z.strictObject({
  name,
  /** Team that answers for it; a tag on every resource. */
  owner: z.string().min(1, "must name a team"),
  account: z.string().regex(/^\d{12}$/, "must be 12 digits"),
  region,
  /** CloudWatch logs; flow logs included. */
  logRetentionDays: logRetention,
  network: z.strictObject({
    /** Must not overlap any other environment's: they may be peered one day. */
    cidr,
    zones: count(2, 3),
    /** `per-zone` survives the loss of a zone; `one` costs a third. */
    natGateways: z.enum(["one", "per-zone"]),
    /** What becomes of a name that no entry declares: `block` has it unresolved, `alert` resolves it; both tell. */
    egress: z.enum(["alert", "block"]),
  }),
  database: z.strictObject({
    /** Major version of Aurora PostgreSQL; minor ones arrive by themselves in the maintenance window. */
    engineVersion: z.string().regex(/^\d{2}$/, "must be a major version such as 17"),
    capacity: z.strictObject({ min: capacityUnits, max: capacityUnits }),
    /** Beside the one writer. */
    readers: count(0, 15),
    backupRetentionDays: count(1, 35),
    deletionProtection: z.boolean(),
    /** On: changes that restart the database are made at once; off: in its maintenance window (docs/runbooks/upgrade-database.md). */
    applyImmediately: z.boolean(),
    /** The longest a statement of a service may run. */
    statementTimeout: count(1, 28),
    proxy: z.strictObject({
      /** Share of the database's connections; the rest is for migrations and operators. */
      maxConnectionsPercent: z
        .number()
        .int("must be a whole number of 1 to 95")
        .min(1, "must be 1 or more")
        .max(95, "must be 95 or less: at 100 % nobody else can connect"),
      /** The longest a request waits for a connection. */
      borrowTimeout: count(1, 28),
    }),
  }),
  /** `none` where the database holds nothing that matters: its own backups go with the cluster. */
  backup: z.union([z.literal("none"), backupSettingsSchema], 'must be "none", or hours, days, a region and a lock'),
  queue: z.strictObject({
    /** Version of Valkey; patches arrive by themselves in the maintenance window. */
    engineVersion: z.string().regex(/^[89]\.\d$/, "must be a version of Valkey such as 9.1"),
    /** An ElastiCache node such as cache.t4g.micro; the writer and each replica are one. */
    nodeType: z.string().regex(/^cache\.[a-z][a-z0-9]+\.[a-z0-9]+$/, "must be a node type such as cache.t4g.micro"),
    /** Beside the one writer, each in another zone; one takes over when the writer is lost. */
    replicas: count(1, 5),
    snapshotRetentionDays: count(1, 35),
  }),
  api: z.strictObject({
    /** Public hosted zone that exists already. */
    zone: domainName,
    /** The API's name, in or under the zone. */
    domain: domainName,
    /** Seconds until API Gateway gives up: 29 unless the account's quota was raised. */
    integrationTimeout: count(1, 29),
    throttling: z.strictObject({ rate: count(1, 10_000), burst: count(1, 5_000) }),
    /** Requests of one address in five minutes before the firewall blocks it. */
    requestsPerAddress: count(10, 2_000_000),
    /** What API Gateway asks of a request before a function sees it: NONE, or AWS_IAM for a signed one. */
    authorization: z.enum(["NONE", "AWS_IAM"]),
    /** Whose tokens services ask for that know their callers; `open` lets everybody in. */
    callers: z.union([z.literal("open"), issuerSchema], 'must be "open", or { issuer, audience }'),
    /** Requests of one caller in a minute before a service answers 429; where callers are `open`, addresses alone are counted. */
    requestsPerCaller: count(1, 1_000_000),
    /** The objective: percent of requests, over 30 days, that are not answered with a 5xx. Alarms go by how fast its rest is used up. */
    availability: z
      .number()
      .min(90, "must be 90 or more")
      .max(99.99, "must be 99.99 or less: one region promises no more"),
  }),
  functions: z.strictObject({
    /** What a new service gets: a small share of the account's concurrency, so that many services fit. */
    default: functionSettingsSchema,
    /** By service name: what differs from the default. */
    services: z.record(z.string(), functionSettingsSchema.partial()),
  }),
  workers: z.strictObject({
    /** What a new worker gets. */
    default: workerSettingsSchema,
    /** By service name: what differs from the default. */
    services: z.record(z.string(), workerSettingsSchema.partial()),
  }),
  alarms: z.strictObject({
    /** Addresses that receive alarms; each confirms its subscription once. */
    emails: z.array(z.email("must be an e-mail address")),
  }),
  /** ARNs of users and roles of IAM who may look into the database (docs/runbooks/database-access.md); they must exist. None: nobody may. */
  operators: z.array(
    z.string().regex(/^arn:aws:iam::\d{12}:(user|role)\/\S+$/, "must be the ARN of a user or a role of IAM"),
  ),
  gitlab: z.strictObject({
    /** Path of the GitLab project whose pipelines deploy. */
    project: z.string().regex(/^[\w.-]+(\/[\w.-]+)+$/, "must be a path such as group/project"),
    /** Branch whose pipelines may deploy. */
    branch: z.string().min(1, "must name a branch"),
    /** GitLab's address. */
    url: z.url("must be a URL"),
    /** On: jobs use GitLab's own tokens instead of the user's access key. */
    oidc: z.boolean(),
  }),
});

/** One deployment of the platform: plain data, no `isProduction ?` in any construct. */
export type Environment = z.infer<typeof environmentSchema>;

/** The settings of one service's function: the default, with what differs. */
export function functionSettings(environment: Environment, service: string): FunctionSettings {
  const { default: defaults, services } = environment.functions;
  const own = services[service] ?? {};
  return {
    memory: own.memory ?? defaults.memory,
    timeout: own.timeout ?? defaults.timeout,
    reservedConcurrency: own.reservedConcurrency ?? defaults.reservedConcurrency,
    reserve: own.reserve ?? defaults.reserve,
    provisionedConcurrency: own.provisionedConcurrency ?? defaults.provisionedConcurrency,
    connections: own.connections ?? defaults.connections,
  };
}

/** Path of the setting that counts for a function: `functions.services.orders.memory`, or `functions.default.memory`. */
export function functionSettingPath({ functions }: Environment, service: string, setting: keyof FunctionSettings) {
  const own = functions.services[service]?.[setting] !== undefined;
  return own ? `functions.services.${service}.${setting}` : `functions.default.${setting}`;
}

/** The settings of one worker: the default, with what differs. */
export function workerSettings(environment: Environment, service: string): WorkerSettings {
  const { default: defaults, services } = environment.workers;
  const own = services[service] ?? {};
  return {
    cpu: own.cpu ?? defaults.cpu,
    memory: own.memory ?? defaults.memory,
    minTasks: own.minTasks ?? defaults.minTasks,
    maxTasks: own.maxTasks ?? defaults.maxTasks,
    backlogPerTask: own.backlogPerTask ?? defaults.backlogPerTask,
    connections: own.connections ?? defaults.connections,
    stopTimeout: own.stopTimeout ?? defaults.stopTimeout,
  };
}

/** Path of the setting that counts for a worker: `workers.services.shipping.cpu`, or `workers.default.cpu`. */
export function workerSettingPath({ workers }: Environment, service: string, setting: keyof WorkerSettings) {
  const own = workers.services[service]?.[setting] !== undefined;
  return own ? `workers.services.${service}.${setting}` : `workers.default.${setting}`;
}

/** The memory in MB that Fargate takes with so many CPU units. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size */
export function fargateMemory(cpu: WorkerSettings["cpu"]): readonly number[] {
  const gigabytes = { 256: [0.5, 1, 2], 512: [1, 2, 3, 4], 1024: upTo(2, 8), 2048: upTo(4, 16), 4096: upTo(8, 30) };
  return gigabytes[cpu].map((size) => size * 1_024);
}

function upTo(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

import { Redis } from "ioredis";
import { cacheToken } from "./cache-token";
import { type ConnectionOptions, RenewingRedis } from "./renewing-redis";
import * as z from "./schema";
import { resource } from "./service";

/**
 * Opens a connection that comes back within half a second of its server.
 * @param purpose `answering`: commands fail at once while the server is away; `consuming`: they wait for it.
 */
export type ConnectRedis = (purpose: "answering" | "consuming") => Redis;

/** A server, and what in it is one product's. */
export interface QueueServer {
  readonly connect: ConnectRedis;
  /** Every key begins with it and a colon: the server lets a product's user at no other. */
  readonly prefix: string;
}

/** Who connects, and what proves it: asked before each connection. */
export interface RedisCredential {
  readonly user: string;
  readonly password: () => Promise<string>;
}

/** Milliseconds without an answer, on a connection that waits for no job, after which it is opened anew. */
export const silence = 2_000;

const optionsFor = (purpose: Parameters<ConnectRedis>[0]): ConnectionOptions => ({
  maxRetriesPerRequest: purpose === "consuming" ? null : 0,
  // A server that hangs counts as away; a request asks it three times, and must answer within 2 s.
  ...(purpose === "answering" && { commandTimeout: 400 }),
  // Two commands less for each connection, and one right less.
  disableClientInfo: true,
  enableOfflineQueue: purpose === "consuming",
  // Jitter, so that processes that lost the server together do not return together.
  retryStrategy: (attempt) => Math.min(50 * attempt, 300) + Math.random() * 200,
  connectTimeout: 2_000,
  // A host that died closes no connection. BullMQ waits 5 s for a job, so a longer silence means that nobody is there.
  socketTimeout: purpose === "consuming" ? 7_000 : silence,
  // After a fail-over the old writer may live on as a replica; the name leads to the new one.
  reconnectOnError: ({ message }) => /\b(READONLY|MASTERDOWN)\b/.test(message),
});

/** Connects to one server, with a certificate that this machine trusts where the URL is rediss://; whoever connects closes. */
export const connectRedis =
  (url: string, credential?: RedisCredential): ConnectRedis =>
  (purpose) =>
    credential === undefined
      ? new Redis(url, optionsFor(purpose))
      : new RenewingRedis(url, optionsFor(purpose), credential);

/** Variables of a service that uses the queue: an address, and IAM authentication where there is one (on AWS). */
const QueueEnvironment = z
  .object({
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).check(z.describe("Redis: queues and rate limits")),
    REDIS_PREFIX: z
      .string()
      .check(
        z.regex(/^[a-z][a-z0-9-]*$/, "must be lower-case letters, digits and hyphens"),
        z.describe("What every key in Redis begins with, before a colon: the product's name"),
      ),
    REDIS_AUTH: z.optional(z.literal("iam")).check(z.describe("Log in by IAM token; not set, by what the URL says")),
    REDIS_USER: z.optional(z.string()).check(z.describe("The ElastiCache user to log in as; set with REDIS_AUTH")),
    REDIS_CACHE: z
      .optional(z.string())
      .check(z.describe("The replication group that a token is for; set with REDIS_AUTH")),
    AWS_REGION: z.optional(z.string()).check(z.describe("Where the queue is; Lambda and ECS set it")),
  })
  .check(
    z.refine(
      ({ REDIS_AUTH, ...rest }) => REDIS_AUTH === undefined || (rest.REDIS_USER && rest.REDIS_CACHE && rest.AWS_REGION),
      { path: ["REDIS_AUTH"], error: "iam needs REDIS_USER, REDIS_CACHE and AWS_REGION" },
    ),
    z.refine(({ REDIS_AUTH, REDIS_URL }) => REDIS_AUTH === undefined || REDIS_URL.startsWith("rediss:"), {
      path: ["REDIS_URL"],
      error: "must be rediss:// with REDIS_AUTH: a token is not sent in the clear",
    }),
  );

/** The resource `queue`: connections to Redis, for queues and rate limits. */
export const queue = resource(QueueEnvironment, (environment): QueueServer => {
  const {
    REDIS_URL: url,
    REDIS_PREFIX: prefix,
    REDIS_USER: user,
    REDIS_CACHE: cache,
    AWS_REGION: region,
  } = environment;
  if (environment.REDIS_AUTH === undefined || !user || !cache || !region) return { connect: connectRedis(url), prefix };
  return { connect: connectRedis(url, { user, password: () => cacheToken({ cache, user, region }) }), prefix };
});

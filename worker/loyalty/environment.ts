import * as z from "zod";
import { DatabaseEnvironment } from "../../runtime/database";
import { LogLevel } from "../../runtime/logger";

const count = z.coerce.number().int().min(1);

export const Environment = z.intersection(
  DatabaseEnvironment,
  z.object({
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).describe("Redis: the queue of accepted transactions"),
    STAMP_MINIMUM_AMOUNT: count.default(100).describe("Least amount that earns a stamp, in minor units"),
    STAMPS_PER_VOUCHER: count.default(10).describe("Stamps that earn a voucher"),
    CONCURRENCY: count.max(1000).default(200).describe("Jobs that one worker has under way"),
    OUTBOX_GRACE_SECONDS: z.coerce
      .number()
      .min(0)
      .default(5)
      .describe("Seconds before a transaction that was queued again and still has no award is queued once more"),
    LOG_LEVEL: LogLevel,
  }),
);
export type Environment = z.infer<typeof Environment>;

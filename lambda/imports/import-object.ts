import type { S3Client } from "@aws-sdk/client-s3";
import type { Database } from "../../runtime/database";
import type { Logger } from "../../runtime/logger";
import { metrics } from "../../runtime/metrics";
import { objectBytes } from "./import-bytes";
import {
  type Clock,
  ImportLimitError,
  type ImportLimits,
  NoProgressError,
  startClock,
  TimeIsUpError,
} from "./import-limits";
import { OtherBytesError } from "./import-place";
import { stage } from "./import-staging";
import { type ImportObject, type OpenObject, openObject, putReport } from "./imports-bucket";
import {
  batchSize,
  type Import,
  type ImportsRepository,
  importsRepository,
  OvertakenError,
  type Staged,
} from "./imports-repository";
import { rejectedReport } from "./rejected-lines";

export interface ImportDependencies {
  readonly database: Database;
  readonly s3: S3Client;
  readonly logger: Logger;
  readonly limits: ImportLimits;
  /** Milliseconds until whoever runs this ends it. @default for ever */
  readonly timeLeft?: () => number;
  /** Lines staged and merged at once. @default 10,000 */
  readonly batch?: number;
}

export type ImportResult =
  | { readonly imported: false; readonly because: "it was imported before" | "it is not under imports/" }
  | { readonly imported: true; readonly lines: number; readonly rejected: number };

/**
 * Imports an object of `imports/`: NDJSON, gzip or not, a user and consents on each line. It stages the whole object, then
 * merges it, each in batches that commit with their progress: a delivery that ends anywhere is gone on with by the next,
 * and each line counts once. Nothing is merged before the whole stream has been read without a fault. Refused lines go to
 * `imports-rejected/`. Memory does not grow with the object. Throws, having said why in the logs, when it did not finish:
 * the object has to be delivered again.
 */
export async function importObject(dependencies: ImportDependencies, object: ImportObject): Promise<ImportResult> {
  const { logger } = dependencies;
  const { bucket, key } = object;
  if (!key.startsWith("imports/")) return { imported: false, because: "it is not under imports/" };
  const progress = { merged: 0, advanced: false };
  try {
    const result = await deliver(dependencies, object, progress).catch((error: unknown) => {
      throw error instanceof TimeIsUpError && !progress.advanced ? new NoProgressError() : error;
    });
    logger.info({ bucket, key, ...result, ...(result.imported && counted(result)) }, "import finished");
    return result;
  } catch (error) {
    const { merged } = progress;
    if (goesOn(error))
      logger.info({ bucket, key, merged, reason: error.message }, "import goes on when it comes again");
    else {
      const failed = metrics({ importsFailed: [1, "Count"] });
      const what = merged === 0 ? "nothing imported" : "import not finished";
      logger.error({ bucket, key, merged, err: error, ...failed }, what);
    }
    throw error;
  }
}

/** Whether a delivery ended though nothing is wrong: the next one goes on. */
export const goesOn = (error: unknown): error is Error =>
  error instanceof TimeIsUpError || error instanceof OvertakenError;

async function deliver(
  { database, s3, logger, limits, timeLeft, batch = batchSize }: ImportDependencies,
  object: ImportObject,
  progress: Progress,
): Promise<ImportResult> {
  const imports = advancing(importsRepository(database), progress);
  const delivery: Delivery = { imports, limits, batch, clock: startClock(limits, timeLeft) };
  await clearAbandoned(delivery).catch((error: unknown) => {
    logger.warn({ err: error }, "lines of abandoned imports are still staged");
  });
  const open = await openObject(s3, object);
  try {
    const found = await imports.open(open);
    progress.merged = found.mergedLine;
    if (found.finished) return importedBefore;
    const { lines, rejected } = await stageAll(delivery, found, open);
    for (let first = found.mergedLine + 1; first <= lines; first = progress.merged + 1) {
      const last = Math.min(lines, first + batch - 1);
      await imports.merge(found.id, first, last);
      progress.merged = last;
      // Behind the batch, for the same reason as in staging: each delivery gets on.
      if (last < lines && delivery.clock.isUp()) throw new TimeIsUpError();
    }
    if (rejected > 0) {
      await putReport(s3, open.bucket, rejectedKey(open), rejectedReport(await imports.refusals(found.id), rejected));
    }
    await imports.finish(found.id, { lines, rejected });
    return { imported: true, lines, rejected };
  } catch (error) {
    if (error instanceof OvertakenError && (await imports.open(open)).finished) return importedBefore;
    throw error;
  } finally {
    open.body.destroy();
  }
}

/** What a delivery has put on record. */
interface Progress {
  /** The last line that is merged. */
  merged: number;
  /** Whether this delivery got on: a batch more is staged, merged or cleared away. */
  advanced: boolean;
}

/** Tells `progress` of each batch. */
function advancing(imports: ImportsRepository, progress: Progress): ImportsRepository {
  const counted =
    <Args extends unknown[], Result>(batch: (...args: Args) => Promise<Result>) =>
    async (...args: Args) => {
      const result = await batch(...args);
      progress.advanced = true;
      return result;
    };
  return {
    ...imports,
    stage: counted(imports.stage),
    merge: counted(imports.merge),
    clear: counted(imports.clear),
  };
}

const importedBefore = { imported: false, because: "it was imported before" } as const;

interface Delivery {
  readonly imports: ImportsRepository;
  readonly limits: ImportLimits;
  readonly clock: Clock;
  readonly batch: number;
}

/** Stages what is not staged yet. What is staged of other bytes, or of an object that cannot be imported, is cleared away. */
async function stageAll(delivery: Delivery, { id, mergedLine }: Import, open: OpenObject): Promise<Staged> {
  const { imports, limits } = delivery;
  let staged = await imports.staged(id);
  if (staged.state === "discarded") {
    if (await clear(delivery, id)) throw new TimeIsUpError();
    staged = await imports.staged(id);
  }
  if (staged.state === "staged") return staged;
  try {
    return await stage(delivery, { id, mergedLine }, staged, objectBytes(open, limits));
  } catch (error) {
    if (error instanceof ImportLimitError || error instanceof OtherBytesError || isUnzipFault(error)) {
      await imports.discard(id);
      await clear(delivery, id);
    }
    throw error;
  }
}

/** Whether zlib threw it. */
const isUnzipFault = (error: unknown) =>
  typeof error === "object" && error !== null && "code" in error && String(error.code).startsWith("Z_");

/** Clears a discarded import's lines away; returns whether there are more of them when the time is over. */
async function clear({ imports, clock }: Delivery, importId: string): Promise<boolean> {
  let more = true;
  do more = await imports.clear(importId);
  while (more && !clock.isUp());
  return more;
}

async function clearAbandoned(delivery: Delivery): Promise<void> {
  for (const importId of await delivery.imports.discardAbandoned()) await clear(delivery, importId);
}

const counted = ({ lines, rejected }: { lines: number; rejected: number }) =>
  metrics({ linesImported: [lines - rejected, "Count"], linesRejected: [rejected, "Count"] });

const rejectedKey = ({ key, version }: OpenObject) =>
  `imports-rejected/${key.slice("imports/".length)}/${version.replaceAll(/[^\w.-]/g, "")}.ndjson`;

import type { S3Client } from "@aws-sdk/client-s3";
import type { Database } from "../../runtime/database";
import type { Logger } from "../../runtime/logger";
import { metrics } from "../../runtime/metrics";
import { objectBytes } from "./import-bytes";
import { ImportLimitError, type ImportLimits, startClock } from "./import-limits";
import { checkLine, linesOf } from "./import-lines";
import { type ImportObject, type OpenObject, openObject, putReport } from "./imports-bucket";
import { type ImportsRepository, importsRepository } from "./imports-repository";
import { RejectedLines } from "./rejected-lines";

export interface ImportDependencies {
  readonly database: Database;
  readonly s3: S3Client;
  readonly logger: Logger;
  readonly limits: ImportLimits;
}

export type ImportResult =
  | { readonly imported: false; readonly because: "it was imported before" | "it is not under imports/" }
  | { readonly imported: true; readonly lines: number; readonly rejected: number };

/** Lines staged by one COPY and merged by one statement: each stays far below the role's statement_timeout. */
const batchSize = 20_000;

/**
 * Imports an object of `imports/`: NDJSON, gzip or not, a user and consents on each line. All of it in one transaction,
 * so a broken stream imports nothing, and once: the same object again changes nothing. Refused lines go to
 * `imports-rejected/`. Memory does not grow with the object. Throws, having said why in the logs, when it imported nothing.
 */
export async function importObject(
  { database, s3, logger, limits }: ImportDependencies,
  object: ImportObject,
): Promise<ImportResult> {
  if (!object.key.startsWith("imports/")) return { imported: false, because: "it is not under imports/" };
  const rejected = new RejectedLines(limits);
  const checkTime = startClock(limits);
  const { bucket, key } = object;
  try {
    const open = await openObject(s3, object);
    const result = await database
      .transaction<ImportResult>(async (queries, client) => {
        const imports = importsRepository(queries, client);
        const id = await imports.insert(open);
        if (id === undefined) return { imported: false, because: "it was imported before" };
        const lines = await stage({ imports, limits, checkTime, rejected }, id, objectBytes(open, limits));
        for (let first = 1; first <= lines; first += batchSize) {
          checkTime();
          await imports.merge(id, first, first + batchSize - 1);
        }
        if (rejected.count > 0) await putReport(s3, bucket, rejectedKey(open), rejected.report());
        return { imported: true, lines, rejected: rejected.count };
      })
      .finally(() => open.body.destroy());
    logger.info({ bucket, key, ...result, ...(result.imported && counted(result)) }, "import finished");
    return result;
  } catch (error) {
    logger.error({ bucket, key, err: error, ...metrics({ importsFailed: [1, "Count"] }) }, "nothing imported");
    throw error;
  }
}

const counted = ({ lines, rejected }: { lines: number; rejected: number }) =>
  metrics({ linesImported: [lines - rejected, "Count"], linesRejected: [rejected, "Count"] });

const rejectedKey = ({ key, version }: OpenObject) =>
  `imports-rejected/${key.slice("imports/".length)}/${version.replaceAll(/[^\w.-]/g, "")}.ndjson`;

export interface Staging {
  readonly imports: Pick<ImportsRepository, "stage">;
  readonly limits: ImportLimits;
  readonly rejected: Pick<RejectedLines, "add">;
  /** Throws when the import's time is over. */
  readonly checkTime: () => void;
}

/** Stages what is valid, a batch on its way to PostgreSQL while the next is read. Returns the number of lines read. */
export async function stage(
  { imports, limits, rejected, checkTime }: Staging,
  importId: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<number> {
  let number = 0;
  let rows = "";
  let count = 0;
  let copying: Promise<void> = Promise.resolve();
  const send = async () => {
    await copying;
    copying = imports.stage(rows);
    // Awaited with the next batch; a failure until then must not count as unhandled.
    copying.catch(() => undefined);
    rows = "";
    count = 0;
  };
  for await (const lines of linesOf(bytes)) {
    checkTime();
    if (number + lines.length > limits.IMPORT_MAX_LINES)
      throw new ImportLimitError(limits, "IMPORT_MAX_LINES", "lines");
    for (const line of lines) {
      number += 1;
      if (line?.trim() === "") continue;
      const checked = checkLine(line);
      if ("reason" in checked) {
        rejected.add(number, checked.reason);
        continue;
      }
      rows += `${importId}\t${number}\t${checked.columns}\n`;
      count += 1;
      if (count === batchSize) await send();
    }
  }
  if (count > 0) await send();
  await copying;
  return number;
}

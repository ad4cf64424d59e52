import { setTimeout } from "node:timers/promises";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { goesOn, type ImportDependencies, importObject } from "./import-object";

export interface Watch {
  /** Stops looking, and waits for an import under way. */
  stop(): Promise<void>;
}

/**
 * Looks for objects under `imports/` and imports them: what a bucket's notifications do on AWS. Looking twice is
 * harmless, since an object is imported once; what is not finished goes on at the next look, what fails is tried again
 * when it changes or the process restarts.
 *
 * @param interval milliseconds between two looks
 */
export function watchImports(dependencies: ImportDependencies, bucket: string, interval = 1000): Watch {
  const stopping = new AbortController();
  const seen = new Set<string>();
  const look = async () => {
    let ContinuationToken: string | undefined;
    do {
      const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: "imports/", ContinuationToken });
      const { Contents = [], NextContinuationToken } = await dependencies.s3.send(command);
      for (const { Key: key, ETag } of Contents) {
        const object = `${key} ${ETag}`;
        if (key === undefined || seen.has(object) || stopping.signal.aborted) continue;
        seen.add(object);
        // It has said why in the logs; the next object is not to wait for this one.
        await importObject(dependencies, { bucket, key }).catch((error: unknown) => {
          if (goesOn(error)) seen.delete(object);
        });
      }
      ContinuationToken = NextContinuationToken;
    } while (ContinuationToken !== undefined);
  };
  const watch = async () => {
    while (!stopping.signal.aborted) {
      await look().catch((error: unknown) => dependencies.logger.warn({ err: error, bucket }, "cannot list imports"));
      await setTimeout(interval, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const watching = watch();
  return {
    stop: () => {
      stopping.abort();
      return watching;
    },
  };
}

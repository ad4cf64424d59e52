import type { S3Client } from "@aws-sdk/client-s3";
import * as z from "./schema";
import { resource } from "./service";

/** The bucket of large files, read under `imports/`, written under `imports-rejected/`. */
export interface ImportsBucket {
  /** Where new objects have to be looked for, since nobody tells of them; undefined where S3 does. */
  readonly toWatch: string | undefined;
  /** A new client; the SDK is loaded with the first one. */
  client(): Promise<S3Client>;
}

/** The resource `imports`. */
export const imports = resource(
  z.object({
    IMPORTS_BUCKET: z.optional(z.string()).check(z.describe("The bucket of files to import")),
    AWS_ENDPOINT_URL_S3: z
      .optional(z.url())
      .check(z.describe("A stand-in for S3; as it tells nobody of new objects, the process looks for them itself")),
  }),
  ({ IMPORTS_BUCKET: bucket, AWS_ENDPOINT_URL_S3: standIn }): ImportsBucket => ({
    toWatch: standIn === undefined ? undefined : bucket,
    async client() {
      const { S3Client } = await import("./aws-sdk/s3");
      return new S3Client({
        // Stand-ins for S3 have no host name for each bucket.
        forcePathStyle: standIn !== undefined,
        // A stream that stalls is given up while the function still has time to say so.
        requestHandler: { connectionTimeout: 2000, socketTimeout: 8000 },
      });
    },
  }),
);

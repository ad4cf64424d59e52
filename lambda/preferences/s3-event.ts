import * as z from "../../runtime/schema";
import type { ImportObject } from "./imports-bucket";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const S3Event = z.lazy(() =>
  z.object({
    Records: z.array(
      z.object({
        eventSource: z.literal("aws:s3"),
        s3: z.object({
          bucket: z.object({ name: z.string() }),
          object: z.object({ key: z.string(), versionId: z.optional(z.string()) }),
        }),
      }),
    ),
  }),
);

/** The objects that an event of S3 tells of; throws when it is no such event. */
export const objectsOf = (event: object): ImportObject[] =>
  S3Event.parse(event).Records.map(({ s3: { bucket, object } }) => ({
    bucket: bucket.name,
    // S3 writes keys as forms do.
    key: decodeURIComponent(object.key.replaceAll("+", " ")),
    versionId: object.versionId,
  }));

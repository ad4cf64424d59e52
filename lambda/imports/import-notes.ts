import { createHash } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import * as z from "../../runtime/schema";
import { type ImportObject, openObject, putJson } from "./imports-bucket";

/** Where notes are; the bucket tells the queue of them as it does of objects to import. */
const notes = "imports-continued/";

const Note = z.lazy(() => z.strictObject({ key: z.string(), versionId: z.optional(z.string()) }));

/**
 * Notes that an object has to go on: S3 tells the queue of the note, in a message of its own. A message that came back
 * instead would count as one more failure, and an import of many deliveries would end among the dead letters.
 */
export async function noteToGoOn(s3: S3Client, { bucket, key, versionId }: ImportObject): Promise<void> {
  // One note an object, which each delivery writes anew; a key has no room for another key.
  const name = createHash("sha256")
    .update(JSON.stringify([key, versionId]))
    .digest("hex");
  await putJson(s3, bucket, `${notes}${name}.json`, { key, versionId });
}

/** The object that a note tells of; any other object as it is. */
export async function objectBehind(s3: S3Client, named: ImportObject): Promise<ImportObject> {
  if (!named.key.startsWith(notes)) return named;
  const { body } = await openObject(s3, named);
  const { text } = await import("node:stream/consumers");
  return { bucket: named.bucket, ...z.parse(Note, JSON.parse(await text(body))) };
}

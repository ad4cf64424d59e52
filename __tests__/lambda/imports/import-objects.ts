import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { startS3 } from "../../../dependencies/imports/s3";
import { s3Credentials } from "../../../dependencies/imports/stand-in-program";

/** The bucket of a test's imports. */
export const bucket = "imports";

/** A line of an import: an address, and choices by the first word of their name. */
export const line = (email: string, ...consents: [id: string, enabled: boolean][]) =>
  JSON.stringify({ email, consents: consents.map(([id, enabled]) => ({ id: `${id}_notifications`, enabled })) });

/**
 * A client of the stand-in at `endpoint`.
 * @param socketTimeout milliseconds after which it gives a silent stream up
 */
export const clientOf = (endpoint: string, socketTimeout = 8000) =>
  new S3Client({
    endpoint,
    region: "eu-west-1",
    credentials: s3Credentials,
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: { socketTimeout },
  });

export type ImportObjects = Awaited<ReturnType<typeof importObjects>>;

/** A stand-in for S3 of the test's own, with the bucket. */
export async function importObjects() {
  const folder = await mkdtemp(join(tmpdir(), "s3-"));
  const server = await startS3({ folder, buckets: [bucket] });
  const s3 = clientOf(server.url);
  return {
    s3,
    server,
    put: (key: string, Body: string | Uint8Array) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body })),
    /** The lines of the reports on an object of `imports/`. */
    async rejectedOf(name: string): Promise<unknown[]> {
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: `imports-rejected/${name}/` }),
      );
      const reports = await Promise.all(
        Contents.map(({ Key }) => s3.send(new GetObjectCommand({ Bucket: bucket, Key }))),
      );
      const bodies = await Promise.all(reports.map(({ Body }) => Body?.transformToString() ?? ""));
      return bodies.flatMap((body) => body.trim().split("\n")).map((rejected) => JSON.parse(rejected));
    },
    async stop() {
      s3.destroy();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type S3Server, startS3 } from "../../../dependencies/imports/s3";
import { s3Credentials } from "../../../dependencies/imports/stand-in-program";

const clientOf = ({ url }: S3Server) =>
  new S3Client({
    region: "eu-west-1",
    endpoint: url,
    forcePathStyle: true,
    credentials: s3Credentials,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });

describe("the local S3 stand-in", () => {
  let folder: string;
  let server: S3Server | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "s3-"));
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  test("has the buckets it was asked for", async () => {
    server = await startS3({ folder, buckets: ["imports", "archive"] });
    const { Buckets = [] } = await clientOf(server).send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name).sort()).toEqual(["archive", "imports"]);
  });

  test("gives an object back byte for byte after a restart", async () => {
    const body = randomBytes(3 * 1024 * 1024);
    server = await startS3({ folder, buckets: ["imports"] });
    await clientOf(server).send(new PutObjectCommand({ Bucket: "imports", Key: "imports/people.csv", Body: body }));
    await server.stop();
    server = await startS3({ folder, buckets: ["imports"] });
    const { Body } = await clientOf(server).send(
      new GetObjectCommand({ Bucket: "imports", Key: "imports/people.csv" }),
    );
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  });
});

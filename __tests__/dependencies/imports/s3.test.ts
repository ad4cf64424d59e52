import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SignatureV4 } from "@smithy/signature-v4";
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
  const running = () => {
    if (server === undefined) throw new Error("the stand-in is not running");
    return server;
  };

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

  describe("refuses, and changes nothing outside its folder,", () => {
    let victim: string;
    beforeEach(async () => {
      victim = join(folder, "victim");
      await mkdir(victim);
      await writeFile(join(victim, "kept"), "mine");
      server = await startS3({ folder: join(folder, "s3"), buckets: ["imports"] });
    });
    afterEach(async () => expect(await readFile(join(victim, "kept"), "utf8")).toBe("mine"));

    const sent = (method: string, path: string, headers: Record<string, string> = {}) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ port: server?.port, method, path, headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on("error", reject)
          .end();
      });

    /** The headers of a request for a path as it will be on the wire, signed by AWS's own client library. */
    async function signed(
      method: string,
      path: string,
      more: Record<string, string> = {},
      secretAccessKey: string = s3Credentials.secretAccessKey,
    ) {
      const [pathname = "", query = ""] = path.split("?");
      const { sha256 } = clientOf(running()).config;
      const signer = new SignatureV4({
        service: "s3",
        region: "eu-west-1",
        credentials: { ...s3Credentials, secretAccessKey },
        sha256,
        uriEscapePath: false,
      });
      const host = `127.0.0.1:${server?.port}`;
      const { headers } = await signer.sign({
        method,
        protocol: "http:",
        hostname: "127.0.0.1",
        path: pathname,
        query: Object.fromEntries(new URLSearchParams(query)),
        headers: { host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD", ...more },
      });
      return headers;
    }

    test.each(["/..%2fvictim", "/%2e%2e%2fvictim", "/imports"])(
      "a request without a signature: DELETE %s",
      async (path) => {
        expect(await sent("DELETE", path)).toBe(403);
      },
    );

    test("a signature with another key, another path, another host, or of yesterday", async () => {
      const right = await signed("GET", "/imports/");
      expect(await sent("GET", "/imports/", right)).toBe(200);
      expect(await sent("GET", "/imports/", await signed("GET", "/imports/", {}, "guessed"))).toBe(403);
      expect(await sent("GET", "/imports/other", right)).toBe(403);
      expect(await sent("DELETE", "/imports/", right)).toBe(403);
      expect(await sent("GET", "/imports/", await signed("GET", "/imports/", { host: "attacker.example" }))).toBe(403);
      expect(await sent("GET", "/imports/", { ...right, "x-amz-date": "20200101T000000Z" })).toBe(403);
    });

    test.each([
      ["DELETE", "/..%2fvictim"],
      ["DELETE", "/%2e%2e%2fvictim"],
      ["DELETE", "/imports/%252e%252e/%252e%252e/victim/kept"],
      ["PUT", "/imports/..%2f..%2fvictim%2fkept"],
      ["PUT", "/imports/a%5c..%5cb"],
      ["POST", "/imports/x?uploadId=..%2f..%2fvictim"],
    ])("a signed path that leaves its bucket: %s %s", async (method, path) => {
      expect(await sent(method, path, await signed(method, path))).toBe(400);
    });

    test("a signed copy from outside its bucket", async () => {
      const headers = { "x-amz-copy-source": "imports/../../victim/kept" };
      expect(await sent("PUT", "/imports/copy", await signed("PUT", "/imports/copy", headers))).toBe(400);
    });

    test("a signed list of keys to delete that leads outside", async () => {
      const deletion = new DeleteObjectsCommand({
        Bucket: "imports",
        Delete: { Objects: [{ Key: "../../victim/kept" }] },
      });
      await expect(clientOf(running()).send(deletion)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    });
  });
});

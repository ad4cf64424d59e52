import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { isNativeError } from "node:util/types";
import { InputError, type ObjectValue } from "@platform/terraform";

export interface StateBackendOptions {
  /** Folder of the buckets. The lock table is in memory. */
  readonly folder: string;
  /** @default a free one */
  readonly s3Port?: number;
  /** @default a free one */
  readonly dynamodbPort?: number;
  /** Account that the credentials belong to. */
  readonly account: string;
}

export interface StateBackend {
  /** What Terraform's S3 backend needs in its environment to use this one. */
  readonly environment: Readonly<Record<string, string>>;
  /** Creates the buckets and lock tables that S3 backends name. */
  prepare(backends: readonly ObjectValue[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts an S3 and a DynamoDB for Terraform's state and its locks, on 127.0.0.1. Both locks are real: the table's
 * (dynalite checks the write's condition) and the native one, whose conditional write s3rver lacks and this adds.
 *
 * @throws {InputError} when a port is taken
 */
export async function startStateBackend(options: StateBackendOptions): Promise<StateBackend> {
  const buckets = join(options.folder, "s3");
  await mkdir(buckets, { recursive: true });
  const objects = loaded(async () => {
    const { default: S3rver } = await import("s3rver");
    const s3 = new S3rver({ directory: buckets, silent: true, vhostBuckets: false });
    return conditionalWrites(buckets, s3.callback());
  });
  const http = createServer((request, response) =>
    request.url?.startsWith("/sts") ? tokenService(options.account, response) : objects(request, response),
  );
  const s3Port = await listen(http, options.s3Port ?? 0, "S3");
  const tables = createServer(
    loaded(async () => {
      const { default: dynalite } = await import("dynalite");
      const database = dynalite({ createTableMs: 0 });
      return (request, response) => database.emit("request", request, response);
    }),
  );
  const dynamodbPort = await listen(tables, options.dynamodbPort ?? 0, "DynamoDB").catch(async (error) => {
    await close(http);
    throw error;
  });
  return {
    environment: {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${s3Port}`,
      AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${s3Port}/sts`,
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${dynamodbPort}`,
      // The only key pair that s3rver knows.
      AWS_ACCESS_KEY_ID: "S3RVER",
      AWS_SECRET_ACCESS_KEY: "S3RVER",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_REQUEST_CHECKSUM_CALCULATION: "WHEN_REQUIRED",
      AWS_RESPONSE_CHECKSUM_VALIDATION: "WHEN_REQUIRED",
    },
    prepare: async (backends) => {
      const named = (attribute: string) => new Set(backends.map((backend) => backend[attribute]));
      for (const bucket of named("bucket")) {
        if (typeof bucket === "string") await mkdir(join(buckets, bucket), { recursive: true });
      }
      for (const table of named("dynamodb_table")) {
        if (typeof table === "string") await createLockTable(dynamodbPort, table);
      }
    },
    stop: async () => {
      await Promise.all([close(http), close(tables)]);
    },
  };
}

/** Loads what answers when the first request comes: the providers are there long before anything asks for a state. */
function loaded(load: () => Promise<RequestListener>): RequestListener {
  let listener: Promise<RequestListener> | undefined;
  return (request, response) => {
    listener ??= load();
    listener.then(
      (answer) => answer(request, response),
      (error: unknown) => {
        response.writeHead(500);
        response.end(String(error));
      },
    );
  };
}

/** Adds S3's `If-None-Match: *` on PUT ("write only if there is none"), on which Terraform's native lock rests. */
function conditionalWrites(folder: string, s3: RequestListener): RequestListener {
  const writing = new Set<string>();
  return (request, response) => {
    const path = new URL(request.url ?? "/", "http://s3").pathname;
    if (request.method !== "PUT" || request.headers["if-none-match"] !== "*") return s3(request, response);
    if (writing.has(path) || existsSync(join(folder, `${decodeURIComponent(path)}._S3rver_object`))) {
      return refuse(request, response);
    }
    writing.add(path);
    response.once("close", () => writing.delete(path));
    s3(request, response);
  };
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(412, { "content-type": "application/xml" });
  response.end("<Error><Code>PreconditionFailed</Code><Message>The object exists already</Message></Error>");
}

/** Answers who the caller is, which Terraform's backend asks before it uses credentials. */
function tokenService(account: string, response: ServerResponse): void {
  const identity = `<Arn>arn:aws:iam::${account}:user/rehearsal</Arn><UserId>AIDAREHEARSAL</UserId><Account>${account}</Account>`;
  response.writeHead(200, { "content-type": "text/xml" });
  response.end(
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${identity}</GetCallerIdentityResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  );
}

async function createLockTable(port: number, table: string): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}`, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.CreateTable",
      "x-amz-date": "20260101T000000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=S3RVER/20260101/x/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify({
      TableName: table,
      AttributeDefinitions: [{ AttributeName: "LockID", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "LockID", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  });
  const text = await answer.text();
  if (!answer.ok && !text.includes("ResourceInUseException")) throw new Error(`no lock table ${table}: ${text}`);
}

async function listen(server: Server, port: number, what: string): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening").catch((error: unknown) => {
    const taken = isNativeError(error) && "code" in error && error.code === "EADDRINUSE";
    if (!taken) throw error;
    throw new InputError(`port ${port} for ${what} is in use: stop what listens on it or choose another`);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error(`${what} has no TCP address`);
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import S3rver from "s3rver";
import { keepInside, refusal } from "./s3-guard";

export interface S3Options {
  /** Folder of the objects; created when missing. A restart on the same folder finds them again. */
  readonly folder: string;
  /** @default a free one */
  readonly port?: number;
  /** Address to listen on. @default 127.0.0.1 */
  readonly host?: string;
  /** Buckets that exist once it runs; those that exist already keep their objects. */
  readonly buckets: readonly string[];
  /** The name under which containers reach it. @default none but this machine's own */
  readonly name?: string;
}

export interface S3Server {
  /** http://127.0.0.1:port, for AWS_ENDPOINT_URL_S3. Clients need `forcePathStyle`. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts an S3 stand-in on 127.0.0.1, in this process, and resolves when it accepts connections. */
export async function startS3({ folder, port = 0, host = "127.0.0.1", buckets, name }: S3Options): Promise<S3Server> {
  await mkdir(folder, { recursive: true });
  const s3 = new S3rver({
    directory: folder,
    silent: true,
    // Every bucket by its path: 127.0.0.1 has no subdomain per bucket.
    vhostBuckets: false,
    configureBuckets: buckets.map((name) => ({ name, configs: [] })),
  });
  await s3.configureBuckets();
  keepInside(s3);
  const answer = s3.callback();
  // A server of our own, because s3rver's close() waits for idle keep-alive connections.
  const server = createServer(async (request, response) => {
    const refused = await refusal(request, name);
    if (refused === undefined) return answer(request, response);
    const { status, code, message } = refused;
    // The body is not read, so nothing else can follow on this connection.
    response.writeHead(status, { "content-type": "application/xml", connection: "close" });
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    );
  }).listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the S3 stand-in has no TCP address");
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

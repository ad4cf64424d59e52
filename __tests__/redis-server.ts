import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "../dependencies/free-port";
import { startServer } from "../dependencies/server";

/** A Redis as ElastiCache is one: TLS alone, nobody without a user. The test itself is `admin`, through a Unix socket. */
export interface SecureRedis {
  readonly port: number;
  /** Its certificate, for `localhost`, which is its own authority. */
  readonly certificate: string;
  readonly admin: Redis;
  stop(): Promise<void>;
}

export async function startSecureRedis(): Promise<SecureRedis> {
  const folder = await mkdtemp(join(tmpdir(), "secure-redis-"));
  const [certificate, key, socket] = ["certificate.pem", "key.pem", "redis.sock"].map((name) => join(folder, name));
  if (!certificate || !key || !socket) throw new Error("no paths");
  const about = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "1"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync("openssl", ["req", "-x509", ...curve, ...about, "-keyout", key, "-out", certificate], {
    stdio: "ignore",
  });
  const port = await freePort();
  const settings = {
    port: "0",
    "tls-port": String(port),
    "tls-cert-file": certificate,
    "tls-key-file": key,
    "tls-auth-clients": "no",
    bind: "127.0.0.1",
    unixsocket: socket,
    dir: folder,
    save: "",
    "maxmemory-policy": "noeviction",
  };
  const server = await startServer({
    command: ["redis-server", ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])],
    environment: process.env,
    readiness: { line: "eady to accept connections at" },
  });
  const admin = new Redis(socket);
  await admin.call("ACL", "SETUSER", "admin", "on", ">admin", "allkeys", "allchannels", "allcommands");
  await admin.auth("admin", "admin");
  await admin.call("ACL", "SETUSER", "default", "off");
  return {
    port,
    certificate,
    admin,
    stop: async () => {
      admin.disconnect();
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

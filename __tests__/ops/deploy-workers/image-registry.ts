import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { freePort } from "../../../dependencies/free-port";
import { startServer } from "../../../dependencies/server";
import type { ImageFile } from "../../../ops/image/image-file";

/** bcrypt of `stand-in`. */
const passwords = "AWS:$2b$04$pW0wm0wjj/e7j5MPRA5A4ew7eZD0Vfo257QdflEPJIc6XPu7DzdjS\n";

/** Debian's docker-registry, the reference of the distribution protocol, which lets in who logs in as ECR's users do. */
export async function startRegistry() {
  const folder = await mkdtemp(join(tmpdir(), "registry-"));
  const port = await freePort();
  await writeFile(join(folder, "passwords"), passwords);
  const configuration = {
    version: "0.1",
    storage: { filesystem: { rootdirectory: join(folder, "data") } },
    http: { addr: `127.0.0.1:${port}` },
    auth: { htpasswd: { realm: "stand-in", path: join(folder, "passwords") } },
  };
  // JSON is YAML.
  await writeFile(join(folder, "config.yml"), JSON.stringify(configuration));
  const server = await startServer({
    command: ["docker-registry", "serve", join(folder, "config.yml")],
    environment: process.env,
    port,
    readiness: { line: "listening on" },
  });
  const url = `http://127.0.0.1:${port}`;
  const login = "AWS:stand-in";
  const authorization = `Basic ${Buffer.from(login).toString("base64")}`;
  return {
    host: `127.0.0.1:${port}`,
    url,
    login,
    /** The digest that a tag stands for. */
    async digestOf(repository: string, tag: string): Promise<string | null> {
      const answer = await fetch(`${url}/v2/${repository}/manifests/${tag}`, {
        method: "HEAD",
        headers: { Authorization: authorization, Accept: "application/vnd.oci.image.manifest.v1+json" },
      });
      return answer.headers.get("docker-content-digest");
    },
    async stop(): Promise<void> {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Registry = Awaited<ReturnType<typeof startRegistry>>;

const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");

/** A small image as an OCI archive: one layer without a file. https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
export async function writeArchive(folder: string, service: string, label: string): Promise<ImageFile> {
  const layout = await mkdtemp(join(folder, "layout-"));
  await mkdir(join(layout, "blobs/sha256"), { recursive: true });
  const blob = async (mediaType: string, content: Buffer) => {
    await writeFile(join(layout, "blobs/sha256", sha256(content)), content);
    return { mediaType, digest: `sha256:${sha256(content)}`, size: content.length };
  };
  const document = (kind: string, value: object) =>
    blob(`application/vnd.oci.image.${kind}.v1+json`, Buffer.from(JSON.stringify(value)));
  const tar = Buffer.alloc(1_024);
  const layer = await blob("application/vnd.oci.image.layer.v1.tar+gzip", gzipSync(tar));
  const config = await document("config", {
    architecture: "arm64",
    os: "linux",
    config: { Labels: { label } },
    rootfs: { type: "layers", diff_ids: [`sha256:${sha256(tar)}`] },
  });
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = await document("manifest", { schemaVersion: 2, mediaType, config, layers: [layer] });
  await writeFile(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  await writeFile(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  const archive = join(folder, `${service}.tar`);
  execFileSync("tar", ["--create", "--file", archive, "--directory", layout, "."]);
  await rm(layout, { recursive: true });
  const base = { name: "node:24.0.0-bookworm-slim", origin: "registry", digest: `sha256:${"0".repeat(64)}` } as const;
  const image = { service, digest: manifest.digest, platform: "linux/arm64", archive, base } as const;
  await writeFile(join(folder, `${service}.json`), JSON.stringify(image));
  return image;
}

import { execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";

const Descriptor = z.object({ digest: z.string(), size: z.number() });
const Manifest = z.object({ config: Descriptor, layers: z.array(Descriptor) });
const Config = z.object({
  architecture: z.string(),
  created: z.string(),
  config: z.object({
    User: z.string(),
    WorkingDir: z.string(),
    Entrypoint: z.array(z.string()),
    Env: z.array(z.string()),
    Labels: z.record(z.string(), z.string()),
  }),
});

/** An OCI archive, unpacked by tar alone, as a container's engine would (https://github.com/opencontainers/image-spec). */
export class UnpackedImage {
  private readonly folder = mkdtempSync(join(tmpdir(), "image-"));
  readonly root = join(this.folder, "root");
  readonly digest: string;
  readonly config: z.infer<typeof Config>;
  /** Compressed and unpacked bytes of each layer, the base's first. */
  readonly layers: readonly { readonly files: readonly string[]; readonly unpacked: number }[];

  constructor(archive: string) {
    mkdirSync(this.root);
    execFileSync("tar", ["--extract", "--file", archive, "--directory", this.folder]);
    const index = z.object({ manifests: z.array(Descriptor) }).parse(this.read("index.json"));
    this.digest = index.manifests[0]?.digest ?? "";
    const manifest = Manifest.parse(this.blob(this.digest));
    this.config = Config.parse(this.blob(manifest.config.digest));
    this.layers = manifest.layers.map(({ digest }) => {
      const file = this.path(digest);
      execFileSync("tar", ["--extract", "--gzip", "--file", file, "--directory", this.root, "--same-owner"]);
      const listed = execFileSync("tar", ["--list", "--gzip", "--verbose", "--file", file], { encoding: "utf8" });
      const rows = listed
        .trim()
        .split("\n")
        .map((row) => row.split(/\s+/));
      return {
        files: rows.filter(([mode]) => mode?.startsWith("-")).map((row) => row[5] ?? ""),
        unpacked: rows.reduce((sum, row) => sum + Number(row[2]), 0),
      };
    });
  }

  /** Runs the image's own command as its own user: its root read-only, no file of the machine in sight. */
  run(environment: Readonly<Record<string, string>>, stdio: SpawnOptions["stdio"]) {
    const { User, WorkingDir, Entrypoint, Env } = this.config.config;
    const [user = "", group = ""] = User.split(":");
    const given = [...Env, ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)];
    const words = [this.root, user, group, WorkingDir, String(given.length), ...given, ...Entrypoint];
    const script = "__tests__/ops/image/run-image.sh";
    return spawn("unshare", ["--mount", "--propagation", "private", script, ...words], { stdio });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private path(digest: string): string {
    return join(this.folder, "blobs", digest.replace(":", "/"));
  }

  private blob(digest: string): unknown {
    return JSON.parse(readFileSync(this.path(digest), "utf8"));
  }

  private read(name: string): unknown {
    return JSON.parse(readFileSync(join(this.folder, name), "utf8"));
  }
}

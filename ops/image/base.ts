import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { shippedNode } from "../../config/node";
import { Failure } from "../../runtime/failure";
import type { Report } from "../program/aws";
import { runCommand } from "../program/run-command";
import type { Engine, Origin } from "./engine";
import type { ImageFile, Platform } from "./image-file";

/** What `FROM` names in the Dockerfile. */
const name = `node:${shippedNode}-bookworm-slim`;
const image = `docker.io/library/${name}`;

/** Where the base comes from: a registry alone, this machine alone, or a registry if one answers. */
export type BaseChoice = Origin | "any";

/**
 * Makes sure that the image to build on is there. What this machine makes has a storage of its own: it is never taken for the real one.
 * @returns which it is, and the engine that has it
 * @throws Failure when it must come from a registry and none gives it
 */
export async function findBase(
  engineOf: (origin: Origin) => Engine,
  platform: Platform,
  choice: BaseChoice,
  report: Report,
): Promise<{ readonly engine: Engine; readonly base: ImageFile["base"] }> {
  const found = async (origin: Origin) => {
    const engine = engineOf(origin);
    const digest = await engine.has(image);
    return digest === undefined ? undefined : { engine, base: { name, origin, digest } };
  };
  if (choice !== "local") {
    const ready = (await found("registry")) ?? ((await engineOf("registry").pull(image)) && (await found("registry")));
    if (ready) return ready;
    if (choice === "registry") throw new Failure(`no registry gives ${image}, on which the image is built`);
    report(`no registry gives ${image}: making one here, which is for tests and never deployed`);
  }
  const kept = await found("local");
  if (kept !== undefined) return kept;
  await makeBase(engineOf("local"), platform, report);
  const made = await found("local");
  if (made === undefined) throw new Error(`${image} was made and is not there`);
  return made;
}

/** Debian's name, npm's name. */
const processors = {
  "linux/amd64": { debian: "amd64", npm: "x64" },
  "linux/arm64": { debian: "arm64", npm: "arm64" },
} as const;

/** What Node needs of Debian, unpacked and not configured: so it is made for another processor just as well. */
const packages = ["base-files", "libc6", "libstdc++6", "libgcc-s1", "netbase", "tzdata", "ca-certificates"];

/** Makes a base of Debian's packages and of npm's package of Node, each checked by its own client. */
async function makeBase(engine: Engine, platform: Platform, report: Report): Promise<void> {
  const { debian, npm } = processors[platform];
  await mkdir(".cache/images", { recursive: true });
  const folder = await mkdtemp(resolve(".cache/images/base-"));
  const options = { cwd: folder, stderr: "pipe", env: { SOURCE_DATE_EPOCH: "0" } } as const;
  try {
    await runCommand(["ops/system-packages.sh", "mmdebstrap"], { stderr: "inherit" });
    report(`${name} for ${platform}: Debian's packages, and Node ${shippedNode} of npm`);
    const [packed] = await Promise.all([
      runCommand(["npm", "pack", `node-linux-${npm}@${shippedNode}`, "--silent"], { ...options, doing: "npm pack" }),
      runCommand(
        [
          ...["mmdebstrap", "--quiet", "--variant=extract", `--architectures=${debian}`],
          // A container gets devices of its own, and not everybody may make one.
          ...[`--include=${packages.join(",")}`, "--skip=output/dev,output/mknod", "bookworm", "rootfs.tar"],
        ],
        { ...options, doing: "mmdebstrap" },
      ),
    ]);
    await runCommand(["tar", "--extract", "--file", packed.trim(), "package/bin/node"], options);
    await writeFile(
      `${folder}/Dockerfile`,
      "FROM scratch\nADD rootfs.tar /\nCOPY package/bin/node /usr/local/bin/node\nENV PATH=/usr/local/bin:/usr/bin:/bin\n",
    );
    await engine.make(image, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

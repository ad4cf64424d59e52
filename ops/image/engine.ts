import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { execa } from "execa";
import { Failure } from "../../runtime/failure";
import type { Report } from "../program/aws";
import { runCommand } from "../program/run-command";
import type { Platform } from "./image-file";

/** What is built: a Dockerfile's target from a folder, as an OCI archive. */
export interface Build {
  /** The Dockerfile's path. */
  readonly dockerfile: string;
  /** The folder that COPY reads. */
  readonly context: string;
  readonly target: string;
  /** Name of the service, for the build argument SERVICE. */
  readonly service: string;
  /** Where the archive goes. */
  readonly archive: string;
}

/** Whose images an engine builds on: a registry's, or those that this machine made under the same names. */
export type Origin = "registry" | "local";

/** What builds images on this machine, for one kind of processor and on images of one origin. */
export interface Engine {
  readonly name: string;
  /** Digest of an image that it has; undefined when it has none of that name. */
  has(image: string): Promise<string | undefined>;
  /** Fetches an image; false when no registry gives it. */
  pull(image: string): Promise<boolean>;
  /** Makes an image of a folder that holds a `Dockerfile`. */
  make(image: string, folder: string): Promise<void>;
  build(build: Build): Promise<void>;
}

/** Two builds of the same files are the same bytes: no time stands in them. */
const epoch = ["--timestamp", "0"];

/**
 * What buildah asks to work as root where it may neither mount nor make a user namespace, as in a job of GitLab: with a Dockerfile in
 * which nothing runs, it needs neither. https://github.com/containers/storage/blob/v1.43.0/pkg/unshare/unshare_linux.go
 */
const alreadyRoot = { _CONTAINERS_USERNS_CONFIGURED: "done", _CONTAINERS_ROOTLESS_UID: "1" };

/** buildah, or podman, which takes the same words; with a storage of our own, so that the machine's stays as it is. */
function buildah(name: "buildah" | "podman", platform: Platform, origin: Origin): Engine {
  const folder = resolve(".cache/images", `${platform.replace("/", "-")}-${origin}`);
  // Plain folders: the only storage that needs no right.
  const storage = ["--root", `${folder}/storage`, "--runroot", `${folder}/run`, "--storage-driver", "vfs"];
  const env = { BUILDAH_ISOLATION: "chroot", ...(name === "buildah" && process.getuid?.() === 0 && alreadyRoot) };
  const run = (...args: readonly string[]) =>
    runCommand([name, ...storage, ...args], { doing: `${name} ${args[0]}`, env, stderr: "pipe" });
  const known = ["--platform", platform, "--pull-never", "--format", "oci", ...epoch];
  return {
    name,
    has: async (image) => {
      const listed = await run("images", "--format", "{{.Digest}}", "--filter", `reference=${image}`);
      return listed.split("\n").find((line) => line !== "");
    },
    pull: async (image) => {
      const { failed } = await execa(name, [...storage, "pull", "--platform", platform, image], {
        env,
        reject: false,
        stdio: "ignore",
        timeout: pullWithin,
      });
      return !failed;
    },
    make: async (image, source) => {
      await run("build", ...known, "--file", `${source}/Dockerfile`, "--tag", image, source);
    },
    build: async ({ dockerfile, context, target, service, archive }) => {
      const tag = `localhost/${service}:${process.pid}`;
      await run(
        ...["build", ...known, "--file", dockerfile, "--target", target, "--build-arg", `SERVICE=${service}`],
        ...["--tag", tag, context],
      );
      try {
        await rm(archive, { force: true });
        await run("push", tag, `oci-archive:${resolve(archive)}:${service}`);
      } finally {
        await run("rmi", tag);
      }
    },
  };
}

/** Milliseconds for the base image; a network that drops packets says nothing for minutes. */
const pullWithin = 300_000;

/** Docker with BuildKit, which keeps images itself and fetches what it lacks. */
function docker(platform: Platform): Engine {
  const run = (...args: readonly string[]) =>
    runCommand(["docker", ...args], { doing: `docker ${args[0]}`, stderr: "pipe" });
  const quiet = ["--platform", platform, "--provenance=false", "--sbom=false"];
  return {
    name: "docker",
    has: async (image) => {
      const { stdout, failed } = await execa(
        "docker",
        ["image", "inspect", "--format", "{{index .RepoDigests 0}}", image],
        { reject: false, stderr: "ignore" },
      );
      return failed ? undefined : String(stdout).trim().split("@")[1];
    },
    pull: async (image) => {
      const { failed } = await execa("docker", ["pull", "--quiet", "--platform", platform, image], {
        reject: false,
        stdio: "ignore",
        timeout: pullWithin,
      });
      return !failed;
    },
    make: () => Promise.reject(new Failure("docker makes no base of its own: IMAGE_BASE=local is for buildah")),
    build: async ({ dockerfile, context, target, service, archive }) => {
      await run(
        ...["buildx", "build", ...quiet, "--file", dockerfile, "--target", target, "--build-arg", `SERVICE=${service}`],
        ...["--build-arg", "SOURCE_DATE_EPOCH=0", "--output", `type=oci,dest=${archive},rewrite-timestamp=true`],
        context,
      );
    },
  };
}

/** The first that works here, for images of either origin; where none does, buildah is installed. */
export async function findEngine(platform: Platform, report: Report): Promise<(origin: Origin) => Engine> {
  const works = async (command: string, ...args: readonly string[]) =>
    !(await execa(command, args, { reject: false, stdio: "ignore" })).failed;
  if (await works("buildah", "--version")) return (origin) => buildah("buildah", platform, origin);
  if (await works("podman", "--version")) return (origin) => buildah("podman", platform, origin);
  if (await works("docker", "info")) return () => docker(platform);
  report("no buildah, podman or docker works here: installing buildah");
  await runCommand(["ops/system-packages.sh", "buildah"], { stderr: "inherit" });
  return (origin) => buildah("buildah", platform, origin);
}

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BatchGetImageCommand, type ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { Failure } from "../../runtime/failure";
import { isLoopback } from "../../runtime/loopback";
import { type ImageFile, imageTag } from "../image/image-file";
import type { Report } from "../program/aws";
import { runCommand } from "../program/run-command";

export interface PushImageOptions {
  readonly ecr: ECRClient;
  /** Name of the environment's repository. */
  readonly repository: string;
  readonly image: ImageFile;
  readonly report: Report;
}

/**
 * Copies an image's archive to a repository, unless it is there already, byte for byte. Returns the image's name there, by its digest.
 * @throws Failure when the archive holds another image, or the registry gives no way in
 */
export async function pushImage(options: PushImageOptions, cancelled: AbortSignal): Promise<string> {
  const { ecr, repository, image, report } = options;
  const registry = await logIn(ecr);
  const reference = `${registry.host}/${repository}@${image.digest}`;
  const { images = [] } = await ecr.send(
    new BatchGetImageCommand({
      repositoryName: repository,
      imageIds: [{ imageDigest: image.digest }],
      acceptedMediaTypes: ["application/vnd.oci.image.manifest.v1+json"],
    }),
  );
  if (images.length > 0) report(`${image.service}: ${reference} is there already`);
  else {
    await copy(options, registry, cancelled);
    report(`${image.service}: copied ${image.archive} to ${reference}`);
  }
  return reference;
}

interface Registry {
  readonly host: string;
  readonly isInsecure: boolean;
  /** As Docker's configuration has it: user and password, in base 64. */
  readonly auth: string;
}

/** AWS's token for the registry of the account; it lives 12 hours. */
async function logIn(ecr: ECRClient): Promise<Registry> {
  const { authorizationData: [given] = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const { authorizationToken: auth, proxyEndpoint } = given ?? {};
  if (auth === undefined || proxyEndpoint === undefined) throw new Failure("ECR gave no token: run the job again");
  const { host, protocol } = new URL(proxyEndpoint);
  return { host, auth, isInsecure: protocol === "http:" && isLoopback(host) };
}

/** The token goes through a file of our own, since whoever sees the machine's processes sees their arguments. */
async function copy(
  { repository, image }: PushImageOptions,
  { host, auth, isInsecure }: Registry,
  cancelSignal: AbortSignal,
): Promise<void> {
  await runCommand(["ops/system-packages.sh", "skopeo"], { stderr: "inherit" });
  const folder = await mkdtemp(join(tmpdir(), "push-"));
  const [authfile, digestfile] = [join(folder, "auth.json"), join(folder, "digest")];
  try {
    await writeFile(authfile, JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
    await runCommand(
      [
        ...["skopeo", "copy", "--quiet", "--preserve-digests", "--dest-authfile", authfile, "--digestfile", digestfile],
        ...(isInsecure ? ["--dest-tls-verify=false"] : []),
        `oci-archive:${image.archive}`,
        `docker://${host}/${repository}:${imageTag(image.digest)}`,
      ],
      { doing: `copying ${image.archive} to ${repository}`, stderr: "pipe", cancelSignal },
    );
    const digest = (await readFile(digestfile, "utf8")).trim();
    if (digest !== image.digest) {
      throw new Failure(`${image.archive} must hold ${image.digest}, got ${digest}: make image`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

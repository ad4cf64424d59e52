import { execa } from "execa";
import { shippedNode } from "../../config/node";
import type { ImageFile } from "./image-file";

/** What a build knows of where it runs: GitLab's variables, none elsewhere. */
type Shell = Readonly<Record<string, string | undefined>>;

/**
 * How an image came to be, as an in-toto statement with SLSA's predicate: source, base, builder. It is a record, not a proof: nobody
 * signs it (docs/adr/0015-images.md). https://slsa.dev/spec/v1.0/provenance
 */
export async function provenance(image: ImageFile, shell: Shell): Promise<object> {
  const commit = shell.CI_COMMIT_SHA ?? (await git("rev-parse", "HEAD"));
  const changed = (await git("status", "--porcelain", "--untracked-files=no")) !== "";
  const { service, platform, digest, base } = image;
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: service, digest: digestSet(digest) }],
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "https://mobyproject.org/buildkit@v1",
        externalParameters: { target: "service", service, platform },
        internalParameters: { node: shippedNode, base: base.origin, ...(changed && { uncommittedChanges: true }) },
        resolvedDependencies: [
          { uri: `git+${shell.CI_PROJECT_URL ?? "file://."}`, digest: { gitCommit: commit } },
          { uri: `pkg:docker/${base.name.replace(":", "@")}`, digest: digestSet(base.digest) },
        ],
      },
      runDetails: {
        builder: { id: shell.CI_RUNNER_ID ? `${shell.CI_SERVER_URL}/-/runners/${shell.CI_RUNNER_ID}` : "local" },
        metadata: { invocationId: shell.CI_JOB_URL ?? "local" },
      },
    },
  };
}

const digestSet = (digest: string) => ({ sha256: digest.slice("sha256:".length) });

/** What git says; nothing outside of a repository. */
async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await execa("git", args, { reject: false, stderr: "ignore" });
  return String(stdout ?? "");
}

// Makes sure there is a Terraform: the one on the PATH when it is new enough, else the pinned release in .tools.
// TERRAFORM_RELEASES: URL of a mirror of the releases.
import { rmSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { installRelease, pinnedSums, versionOf } from "./terraform-release.mjs";

/** 1.10 brought the native lock of the S3 backend (use_lockfile). */
const [major, minor] = [1, 10];
const recent = (found) => found !== undefined && (found[0] > major || (found[0] === major && found[1] >= minor));

const folder = resolve(".tools");
const installed = join(folder, "terraform");
// .tools comes first on the Makefile's PATH; here the question is what the machine has without it.
const paths = (process.env.PATH ?? "").split(delimiter).filter((path) => path !== folder);
const onPath = versionOf("terraform", { ...process.env, PATH: paths.join(delimiter) });

if (recent(onPath)) rmSync(installed, { force: true });
else if (!recent(versionOf(installed))) {
  try {
    const base = process.env.TERRAFORM_RELEASES ?? "https://releases.hashicorp.com/terraform";
    await installRelease({ base, sums: pinnedSums, folder });
  } catch (error) {
    const has = onPath === undefined ? "none" : onPath.join(".");
    process.stderr.write(
      `Terraform ${major}.${minor} or newer is needed, the PATH has ${has}, and ${error.message}: install it from https://developer.hashicorp.com/terraform/install\n`,
    );
    process.exit(1);
  }
}

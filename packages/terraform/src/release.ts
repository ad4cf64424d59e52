import { createHash } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { InputError } from "./input-error";
import { makeFolder } from "./make-folder";

/** The release that is installed where the PATH has none that is new enough. */
const pinned = "1.11.4";

/** SHA-256 of each archive, as terraform_1.11.4_SHA256SUMS of the release states them. */
const sums: Readonly<Record<string, string>> = {
  linux_amd64: "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
  linux_arm64: "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
  darwin_amd64: "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
  darwin_arm64: "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
};

/** This machine, as HashiCorp names it: linux_amd64. */
const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;

export interface ReleaseOptions {
  /** Folder that `terraform` goes into; made when it is not there. */
  readonly folder: string;
  /** URL below which the releases are. */
  readonly base: string;
  /** SHA-256 of the archive. @default the one that HashiCorp states for this machine */
  readonly sum?: string | undefined;
}

/**
 * Downloads the pinned release, checks it and puts it in place whole: a run that is cut off leaves no half a Terraform.
 *
 * @throws {InputError} when there is no release for this machine, it cannot be downloaded, or its sum is another
 */
export async function installRelease({ folder, base, sum = sums[platform] }: ReleaseOptions): Promise<void> {
  if (sum === undefined) throw new InputError(`there is no pinned release for ${platform}`);
  const url = `${base}/${pinned}/terraform_${pinned}_${platform}.zip`;
  process.stderr.write(`downloading Terraform ${pinned} from ${url}\n`);
  const archive = await download(url);
  const found = createHash("sha256").update(archive).digest("hex");
  if (found !== sum) throw new InputError(`${url} has SHA-256 ${found}, not ${sum}, so nothing was installed`);
  const { terraform } = unzipSync(archive, { filter: ({ name }) => name === "terraform" });
  if (terraform === undefined) throw new InputError(`${url} holds no file terraform`);
  makeFolder(folder);
  const draft = join(folder, `terraform.${process.pid}`);
  try {
    writeFileSync(draft, terraform, { mode: 0o755 });
    renameSync(draft, join(folder, "terraform"));
  } finally {
    rmSync(draft, { force: true });
  }
}

async function download(url: string): Promise<Uint8Array> {
  const answer = await fetch(url).catch((error: Error & { cause?: { code?: string } }) => {
    throw new InputError(`cannot download ${url} (${error.cause?.code ?? error.message})`);
  });
  if (!answer.ok) throw new InputError(`cannot download ${url} (status ${answer.status})`);
  return new Uint8Array(await answer.arrayBuffer());
}

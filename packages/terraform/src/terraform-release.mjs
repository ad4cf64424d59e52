// A Terraform release: which one, how it is downloaded, and how it is checked. Plain JavaScript on Node's own modules,
// because it runs before anything else of the project.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";

/** The release that is installed where the PATH has none that is new enough. */
export const pinned = "1.11.4";

/** SHA-256 of each archive, as terraform_1.11.4_SHA256SUMS of the release states them. */
export const pinnedSums = {
  linux_amd64: "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
  linux_arm64: "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
  darwin_amd64: "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
  darwin_arm64: "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
};

/** This machine, as HashiCorp names it: linux_amd64. */
export const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;

/**
 * @param program path or name of a Terraform
 * @returns its version, [1, 11, 4], or undefined when there is none that runs
 */
export function versionOf(program, env = process.env) {
  const { stdout, status } = spawnSync(program, ["version", "-json"], { encoding: "utf8", env });
  if (status !== 0) return undefined;
  const text = /"terraform_version":\s*"(\d+)\.(\d+)\.(\d+)/.exec(stdout);
  return text?.slice(1).map(Number);
}

/** The bytes of the one file named so in a zip archive, as its central directory tells them. */
function unzip(archive, name) {
  const end = archive.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let at = archive.readUInt32LE(end + 16);
  for (let entry = archive.readUInt16LE(end + 10); entry > 0; entry--) {
    const length = archive.readUInt16LE(at + 28);
    if (archive.toString("utf8", at + 46, at + 46 + length) === name) {
      const local = archive.readUInt32LE(at + 42);
      const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const packed = archive.subarray(start, start + archive.readUInt32LE(at + 20));
      return archive.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
    }
    at += 46 + length + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  throw new Error(`the archive holds no file ${name}`);
}

async function download(url) {
  const answer = await fetch(url).catch((error) => {
    throw new Error(`cannot download ${url} (${error.cause?.code ?? error.message})`);
  });
  if (!answer.ok) throw new Error(`cannot download ${url} (status ${answer.status})`);
  return Buffer.from(await answer.arrayBuffer());
}

/**
 * Downloads the release, checks it and puts it in place whole: a run that is cut off leaves no half a Terraform.
 *
 * @param options.base URL below which the releases stand
 * @param options.sums platform -> SHA-256 of its archive
 * @param options.folder where `terraform` goes
 * @throws when there is no release for this machine, it cannot be downloaded, or its sum is another
 */
export async function installRelease({ base, sums, folder }) {
  const sum = sums[platform];
  if (sum === undefined) throw new Error(`there is no pinned release for ${platform}`);
  const url = `${base}/${pinned}/terraform_${pinned}_${platform}.zip`;
  process.stderr.write(`downloading Terraform ${pinned} from ${url}\n`);
  const archive = await download(url);
  const found = createHash("sha256").update(archive).digest("hex");
  if (found !== sum) throw new Error(`${url} has SHA-256 ${found}, not ${sum}, so nothing was installed`);
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `terraform.${process.pid}`);
  try {
    writeFileSync(draft, unzip(archive, "terraform"), { mode: 0o755 });
    renameSync(draft, join(folder, "terraform"));
  } finally {
    rmSync(draft, { force: true });
  }
}

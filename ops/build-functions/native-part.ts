import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { Failure } from "../../runtime/failure";

/** A processor with its system, as napi-rs names them. */
export type NativePlatform = `linux-${"arm64" | "x64"}-gnu`;

/** What a function runs on: constructs/service-function.ts says so to AWS. */
export const functionPlatform: NativePlatform = "linux-arm64-gnu";

const Lock = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
});

/**
 * The native part of a package of napi-rs for a platform, which may be another than this machine's: npm installs the
 * machine's own alone. It is the very file that package-lock.json names, whoever hands it out.
 * @throws Failure when the lock file has none for that platform, or the file is another
 */
export async function nativePart(name: string, platform: NativePlatform): Promise<Uint8Array> {
  const part = `${name}-${platform}`;
  const file = `${name.replace(/^.*\//, "")}.${platform}.node`;
  const installed = join("node_modules", part, file);
  return readFile(existsSync(installed) ? installed : join(await fetchPackage(part), file));
}

/** Fetches a package of the lock file, once, and resolves with its folder. */
async function fetchPackage(name: string): Promise<string> {
  const { packages } = Lock.parse(JSON.parse(await readFile("package-lock.json", "utf8")));
  const { version, integrity } = packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined) throw new Failure(`package-lock.json has no ${name}`);
  const folder = join(".cache", "native", `${name.replaceAll("/", "-")}-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(join(".cache", "native"), { recursive: true });
  const fetched = await mkdtemp(`${folder}-`);
  const pack = ["pack", `${name}@${version}`, "--pack-destination", fetched, "--ignore-scripts", "--silent"];
  const { stdout: tarball } = await execa("npm", pack);
  const archive = join(fetched, tarball.trim());
  const sum = `sha512-${createHash("sha512")
    .update(await readFile(archive))
    .digest("base64")}`;
  if (sum !== integrity) throw new Failure(`${name}@${version} is not the one of package-lock.json: it has ${sum}`);
  await execa("tar", ["--extract", "--gzip", "--file", archive, "--directory", fetched, "--strip-components", "1"]);
  // Two builds at once fetch it twice, and either's folder will do.
  await rename(fetched, folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error;
  });
  return folder;
}

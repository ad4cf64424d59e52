import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import * as z from "zod";
import { Failure } from "../../runtime/failure";
import type { Report } from "../program/aws";
import { runCommand } from "../program/run-command";
import { writeWhole } from "../program/write-whole";
import { type BaseChoice, findBase } from "./base";
import { findEngine } from "./engine";
import { type ImageFile, imagePaths, jsonText, type Platform, writeImageFile } from "./image-file";
import { provenance } from "./provenance";
import { billOfMaterials } from "./sbom";
import { bundleService } from "./service-bundle";

export interface BuildImageOptions {
  /** Name of the service. */
  readonly service: string;
  /** Its folder. */
  readonly entry: string;
  readonly platform: Platform;
  readonly base: BaseChoice;
  /** Where the archive and what belongs to it go. @default "build/images" */
  readonly folder?: string;
  /** The shell's variables, for the provenance. */
  readonly shell: Readonly<Record<string, string | undefined>>;
  readonly report: Report;
}

/**
 * Builds the image of a service: archive, description, bill of materials, provenance. The same source gives the same digest.
 * @throws Failure when it cannot be bundled or built
 */
export async function buildImage(options: BuildImageOptions): Promise<ImageFile> {
  const { service, entry, platform, report, folder, shell } = options;
  const paths = imagePaths(service, folder);
  await mkdir(dirname(paths.archive), { recursive: true });
  const [bundle, { engine, base }] = await Promise.all([
    bundleService(entry),
    findEngine(platform, report).then((engineOf) => findBase(engineOf, platform, options.base, report)),
  ]);
  await mkdir(".cache/images", { recursive: true });
  const context = await mkdtemp(resolve(".cache/images/context-"));
  try {
    for (const { name, contents } of bundle.files) await writeFile(join(context, name), contents);
    await engine.build({ dockerfile: "Dockerfile", target: "service", context, service, archive: paths.archive });
  } finally {
    await rm(context, { recursive: true, force: true });
  }
  const digest = await manifestDigest(paths.archive);
  const image = { service, digest, platform, archive: paths.archive, base };
  await writeWhole(paths.sbom, jsonText(await billOfMaterials(service, bundle.packages)));
  await writeWhole(paths.provenance, jsonText(await provenance(image, shell)));
  await writeImageFile(paths.description, image);
  const size = bundle.files.reduce((sum, { contents }) => sum + contents.byteLength, 0);
  report(`${service}: ${(size / 1e6).toFixed(1)} MB above ${base.name}, ${digest}, built by ${engine.name}`);
  return image;
}

const Index = z.object({ manifests: z.tuple([z.object({ digest: z.string() })]) });

/** Digest of the only image of an OCI archive. https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
async function manifestDigest(archive: string): Promise<string> {
  const index = await runCommand(["tar", "--extract", "--to-stdout", "--file", archive, "index.json"], {
    doing: "reading the archive",
    stderr: "pipe",
  });
  const parsed = Index.safeParse(JSON.parse(index));
  if (!parsed.success) throw new Failure(`${archive} must hold one image, got ${index}`);
  return parsed.data.manifests[0].digest;
}

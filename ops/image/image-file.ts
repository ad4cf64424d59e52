import { readFile } from "node:fs/promises";
import * as z from "zod";
import { Failure } from "../../runtime/failure";
import { writeWhole } from "../program/write-whole";

const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);

const schema = z.strictObject({
  service: z.string(),
  /** Of the manifest: what a registry and a task definition name it by. */
  digest: sha256,
  platform: z.enum(["linux/arm64", "linux/amd64"]),
  /** The archive's path from the project's root. */
  archive: z.string(),
  base: z.strictObject({
    name: z.string(),
    /** Of a registry, or made on this machine: that one is never deployed. */
    origin: z.enum(["registry", "local"]),
    digest: sha256,
  }),
});

/** What `make image` says of an image beside its archive. */
export type ImageFile = z.infer<typeof schema>;

export type Platform = ImageFile["platform"];

/** Where `make image` leaves what belongs to a service's image. */
export const imagePaths = (service: string, folder = "build/images") => ({
  archive: `${folder}/${service}.tar`,
  description: `${folder}/${service}.json`,
  sbom: `${folder}/${service}.sbom.json`,
  provenance: `${folder}/${service}.provenance.json`,
});

/** A repository's name for an image beside its digest, which alone counts: its first twelve digits. */
export const imageTag = (digest: string) => digest.slice("sha256:".length).slice(0, 12);

export const writeImageFile = (path: string, image: ImageFile) => writeWhole(path, jsonText(image));

/** @throws Failure when the file is missing or not one of ours */
export async function readImageFile(path: string): Promise<ImageFile> {
  const text = await readFile(path, "utf8").catch(() => {
    throw new Failure(`${path} must exist: make image`);
  });
  const parsed = schema.safeParse(parse(text));
  if (!parsed.success) throw new Failure(`${path} must be a file that make image wrote, got other content`);
  return parsed.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const jsonText = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

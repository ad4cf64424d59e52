import { readFileSync } from "node:fs";
import { InputError } from "@platform/terraform";
import { z } from "zod";

const types = z.array(
  z.string().regex(/^[a-z0-9]+_[a-z0-9_]+$/, "must be Terraform's name of a type, such as aws_s3_bucket"),
);

const settings = z.strictObject({
  /** Types that hold what cannot be built again, over those that the package knows. */
  stateful: types.optional(),
  /** Types with which nothing is lost. */
  stateless: types.optional(),
  /** How a stop may be overridden. @default not at all */
  override: z
    .strictObject({
      /** Label of the merge request, and whoever may set it: `a maintainer`. */
      label: z.string().min(1),
      who: z.string().min(1),
      /** Name of the job that applies the plans and that only some may run. */
      job: z.string().min(1).optional(),
    })
    .optional(),
});

/** What only the project knows whose plans are reviewed. */
export type Settings = z.infer<typeof settings>;

/** @throws {InputError} when the file is not JSON of the settings, naming the setting that is wrong */
export function readSettings(file: string): Settings {
  const text = readText(file);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new InputError(`--config ${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = settings.safeParse(content);
  if (parsed.success) return parsed.data;
  const [{ path, message } = { path: [], message: "" }] = parsed.error.issues;
  throw new InputError(`--config ${file} is wrong at ${path.join(".") || "its top"}: ${message}`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new InputError(
      `--config ${file} cannot be read: it must be a JSON file with stateful, stateless or override`,
    );
  }
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "@platform/terraform";
import { z } from "zod";

/** Where in the source the construct of a resource stands, below its stack: `cluster/parameters`. */
export type ConstructPath = (type: string, name: string) => string;

const program = z.object({
  resource: z
    .record(
      z.string(),
      z.record(z.string(), z.object({ "//": z.object({ metadata: z.object({ path: z.string() }) }).optional() })),
    )
    .default({}),
});

/**
 * Construct paths of a stack, from cdktf's notes beside each resource.
 *
 * @param folder the synthesized program (`cdktf.out`); without it, or where it does not know a resource because that
 *   one goes, the path is told from the resource's name
 * @throws {InputError} when the stack's file is not what cdktf writes
 */
export async function constructPaths(folder: string | undefined, stack: string): Promise<ConstructPath> {
  if (folder === undefined) return fromName;
  const file = join(folder, "stacks", stack, "cdk.tf.json");
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return fromName;
  const parsed = program.safeParse(parse(file, text));
  if (!parsed.success) throw new InputError(`${file} is not what cdktf writes: synthesize again (make synth)`);
  return (type, name) => {
    const path = parsed.data.resource[type]?.[name]?.["//"]?.metadata.path;
    return path?.startsWith(`${stack}/`) ? path.slice(stack.length + 1) : fromName(type, name);
  };
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(`${file} is not whole JSON: synthesize again (make synth)`);
  }
}

/** cdktf joins the ids of a path with `_` and ends with a hash of eight: `cluster_parameters_59109E2C`. */
export function fromName(_type: string, name: string): string {
  return name.replace(/_[0-9A-F]{8}$/, "").replaceAll("_", "/");
}

import type { Stack } from "./assembly";
import { entries, isObject, type ObjectValue } from "./values";

/** A resource of a synthesized stack, as Terraform will read it. */
export interface SynthesizedResource {
  readonly stack: string;
  /** Terraform's type: `aws_vpc`. */
  readonly type: string;
  /** Terraform's name, unique for the type in its stack: `vpc_6776A399`. */
  readonly name: string;
  /** The construct's path below the stack: `cluster/parameters`. */
  readonly path: string;
  /** Arguments and blocks by Terraform's names, without cdktf's notes. */
  readonly settings: ObjectValue;
}

/** Every managed resource of a stack, in the order of the file. */
export function resourcesOf({ name: stack, configuration }: Stack): SynthesizedResource[] {
  return [...entries(configuration.resource)].map(([type, name, { "//": notes, ...settings }]) => {
    const metadata = isObject(notes) && isObject(notes.metadata) ? notes.metadata : {};
    const path = String(metadata.path ?? "");
    const below = path.startsWith(`${stack}/`) ? path.slice(stack.length + 1) : pathFromName(name);
    return { stack, type, name, path: below, settings };
  });
}

/** The construct's path of a resource, below its stack: `cluster/parameters`. */
export type ConstructPath = (type: string, name: string) => string;

/**
 * Construct paths of a stack, from the notes that cdktf writes beside each resource.
 *
 * @param stack the synthesized stack; without it, and for a resource that it has no more, the path is taken from the
 *   resource's name
 */
export function constructPaths(stack: Stack | undefined): ConstructPath {
  const resources = stack === undefined ? [] : resourcesOf(stack);
  const paths = new Map(resources.map(({ type, name, path }) => [`${type}.${name}`, path]));
  return (type, name) => paths.get(`${type}.${name}`) ?? pathFromName(name);
}

/** cdktf joins the ids of a path with `_` and ends with a hash of eight: `cluster_parameters_59109E2C`. */
export function pathFromName(name: string): string {
  return name.replace(/_[0-9A-F]{8}$/, "").replaceAll("_", "/");
}

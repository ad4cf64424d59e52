import type { Configuration, ResourceChange } from "@platform/terraform";
import { type Difference, differences } from "./difference";
import type { HoldsData } from "./rules/resource-types";
import { isValues, redact, type Value, type Values } from "./values";

/** `forget`: Terraform stops managing it; `import`: it starts to; `move`: it has another address from now on. */
export type Action = "create" | "update" | "replace" | "delete" | "forget" | "import" | "move";

/** `is created`, `is left unmanaged`. */
export const past: Readonly<Record<Action, string>> = {
  create: "created",
  update: "changed",
  replace: "replaced",
  delete: "deleted",
  forget: "left unmanaged",
  import: "imported",
  move: "renamed",
};

/** What a plan does to one resource. */
export interface Change {
  readonly stack: string;
  /** Terraform's name: `aws_vpc.vpc_6776A399`. */
  readonly address: string;
  readonly type: string;
  /** Where the construct is in the source, below its stack: `subnets/private-a`. */
  readonly path: string;
  readonly action: Action;
  /** Empty when there is nothing before. */
  readonly before: Values;
  /** Empty when there is nothing after. */
  readonly after: Values;
  /** What differs, without what is only known after apply. None when the resource goes. */
  readonly differences: readonly Difference[];
  /** Attributes known after apply. */
  readonly later: readonly string[];
  /** For a replacement: the attributes that cannot change in place. Empty when it was asked for by hand. */
  readonly replacedFor: readonly string[];
  /** For a change: attributes of which the rehearsal does not know whether they can change in place. */
  readonly replacementNotKnown: readonly string[];
  /** Whether the new one is there before the old one goes. */
  readonly createFirst: boolean;
  /** Whether it holds what cannot be built again; undefined for a type that nobody has thought about. */
  readonly holdsData: boolean | undefined;
}

export interface ChangeSource {
  readonly stack: string;
  readonly configuration: Configuration;
  /** Construct path of a resource, by `<type>.<name>`. */
  readonly constructPath: (type: string, name: string) => string;
  readonly holdsData: HoldsData;
}

/**
 * @param found an entry of a plan's resource_changes or resource_drift
 * @param sides what {@link bothSides} made of it, where that is known already
 * @returns undefined when nothing changes, and for data sources
 */
export function readChange(
  found: ResourceChange,
  { stack, configuration, constructPath, holdsData }: ChangeSource,
  { before, after }: Sides = bothSides(found),
): Change | undefined {
  const action = actionOf(found);
  if (found.mode !== "managed" || action === undefined) return undefined;
  const all =
    action === "delete" || action === "forget" ? [] : differences(before, after, configuration.texts(found.address));
  return {
    stack,
    address: found.deposed === undefined ? found.address : `${found.address} (deposed ${found.deposed})`,
    type: found.type,
    path: constructPath(found.type, found.name),
    action,
    before,
    after,
    differences: all.filter(({ kind }) => kind !== "later"),
    later: all.filter(({ kind }) => kind === "later").map(({ path }) => path),
    replacedFor: [...new Set(found.change.replace_paths.map((path) => String(path[0])))],
    replacementNotKnown: found.replacement_not_known,
    createFirst: found.change.actions[0] === "create",
    holdsData: holdsData(found.type),
  };
}

/** A resource before and after, safe to print. */
export interface Sides {
  readonly before: Values;
  readonly after: Values;
}

export function bothSides({ change }: ResourceChange): Sides {
  const sensitive = [change.before_sensitive, change.after_sensitive];
  return {
    before: values(redact(change.before, { sensitive })),
    after: values(redact(change.after, { sensitive, unknown: change.after_unknown })),
  };
}

function values(value: Value): Values {
  return isValues(value) ? value : {};
}

function actionOf({ change, address, previous_address: previous }: ResourceChange): Action | undefined {
  const done = new Set(change.actions);
  if (done.has("create")) return done.has("delete") || done.has("forget") ? "replace" : "create";
  if (done.has("delete")) return "delete";
  if (done.has("update")) return "update";
  if (done.has("forget")) return "forget";
  if (change.importing !== undefined && change.importing !== null) return "import";
  return previous !== undefined && previous !== address ? "move" : undefined;
}

import type { EnvironmentArns } from "./arns";
import type { Conditions } from "./permission";

/** Where an action may happen: patterns of resources, and conditions on the request. */
export interface ResourceScope {
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
}

/** A scope in any environment. */
export interface Scope {
  /** Ends the sid of its statements. */
  readonly name: string;
  readonly of: (arns: EnvironmentArns) => ResourceScope;
}

/**
 * Resources by name where AWS lets us choose one, by the tag `environment` where it does not. `New...` are resources that do not
 * exist yet, and so must be asked for with the tag.
 */
export function scope(
  name: string,
  resources: (arns: EnvironmentArns) => readonly string[],
  conditions?: (arns: EnvironmentArns) => Conditions,
): Scope {
  return {
    name,
    of: (arns) => ({ resources: resources(arns), ...(conditions && { conditions: conditions(arns) }) }),
  };
}

/** The resource carries the environment's tag. */
export const tagged = ({ ours }: EnvironmentArns): Conditions => ({ StringEquals: ours });
/** The request gives the resource the environment's tag. */
export const newlyTagged = ({ asOurs }: EnvironmentArns): Conditions => ({ StringEquals: asOurs });

export const everything = () => ["*"];
/** Actions that know no resource: lists and descriptions. */
export const anything = scope("Anything", everything);

/** The resource carries no environment's tag: it is being made, or nobody has adopted it. */
export const unowned = { "aws:ResourceTag/environment": "true" };

export const everyKey = ({ inEachRegion }: EnvironmentArns) => inEachRegion("kms", "key/*");
/**
 * A key is the environment's by its alias, not by its tag: whoever makes a key may tag any that has no tag, but gives an alias to
 * none whose own policy does not let it.
 */
export const byAlias = ({ name }: EnvironmentArns): Conditions => ({
  "ForAnyValue:StringLike": { "kms:ResourceAliases": `alias/${name}-*` },
});

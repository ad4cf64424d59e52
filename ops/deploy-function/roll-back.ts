import type { Release } from "../program/release-file";
import { Alias } from "./alias";
import { cool, type FunctionWatch, warm } from "./function";

export interface RollBackOptions extends FunctionWatch {
  /** Instances to keep warm. */
  readonly warmInstances: number;
}

/**
 * Takes a release back. Only while the alias is still where that release put it: a later release is not undone.
 * Returns whether anything changed.
 */
export async function rollBack(
  options: RollBackOptions,
  { from, to }: Pick<Release, "from" | "to">,
  cancelled: AbortSignal,
): Promise<boolean> {
  const { name, warmInstances, report } = options;
  const alias = await Alias.read(options);
  const { version, candidate } = alias.traffic;
  const involved = from !== to && (version === to || candidate?.version === to);
  if (involved) {
    await warm(options, from, warmInstances, cancelled);
    await alias.route({ version: from });
  }
  if (from !== to && warmInstances > 0) await cool(options, to);
  report(
    involved
      ? `${name}: rolled back from version ${to} to ${from}`
      : `${name}: version ${version} serves, nothing of version ${to} to take back`,
  );
  return involved;
}

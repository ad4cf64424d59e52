import { Alias } from "./alias";
import type { Release } from "./deploy-function";
import type { FunctionWatch } from "./function";
import { cool, warm } from "./warm-instances";

export interface RollBackOptions extends FunctionWatch {
  /** Instances to keep warm. */
  readonly warmInstances: number;
}

/**
 * Takes a release back. Only while the alias still stands where that release put it: a later release is nobody's to undo.
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
  const involved = version === to || candidate?.version === to;
  if (from === to || !involved) {
    report(`${name}: version ${version} serves, nothing of version ${to} to take back`);
    return false;
  }
  await warm(options, from, warmInstances, cancelled);
  await alias.route({ version: from });
  if (warmInstances > 0) await cool(options, to);
  report(`${name}: rolled back from version ${to} to ${from}`);
  return true;
}

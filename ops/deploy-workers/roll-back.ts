import { isBootstrap, revisionOf } from "./task-definition";
import { look, update, type WorkerWatch, waitUntilRunning } from "./worker-service";

/**
 * Takes a release back, only while the service is still to run what that release gave it: a later one is not undone. Back to
 * Terraform's first revision means no task, since nobody has its image.
 * @param waits whether it ends when ECS has done it, or when ECS has been told
 * @returns whether anything changed
 */
export async function rollBack(
  watch: WorkerWatch,
  { from, to }: { readonly from: string; readonly to: string },
  cancelled: AbortSignal,
  waits = true,
): Promise<boolean> {
  const { name, report } = watch;
  const before = await look(watch);
  const isFirst = await isBootstrap(watch, from);
  const isOurs = from !== to && before.revision === to;
  if (isFirst && (isOurs || (before.revision === from && before.desiredCount > 0))) {
    await update(watch, { taskDefinition: from, desiredCount: 0 });
    report(`${name}: stopped; there is no revision before ${revisionOf(to)} to go back to`);
    return true;
  }
  if (!isOurs) {
    report(`${name}: revision ${revisionOf(before.revision)} runs, nothing of revision ${revisionOf(to)} to take back`);
    return false;
  }
  const started = await update(watch, { taskDefinition: from });
  report(`${name}: going back from revision ${revisionOf(to)} to ${revisionOf(from)}`);
  if (waits) {
    await waitUntilRunning(watch, started, before, cancelled);
    report(`${name}: rolled back from revision ${revisionOf(to)} to ${revisionOf(from)}`);
  }
  return true;
}

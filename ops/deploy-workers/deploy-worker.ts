import type { ECRClient } from "@aws-sdk/client-ecr";
import { Failure } from "../../runtime/failure";
import type { ImageFile } from "../image/image-file";
import { deadline } from "../program/pause";
import type { Release } from "../program/release-file";
import { pushImage } from "./push-image";
import { rollBack } from "./roll-back";
import { revisionOf, revisionWith } from "./task-definition";
import { look, update, type WorkerWatch, waitUntilRunning } from "./worker-service";

export interface DeployWorkerOptions extends WorkerWatch {
  readonly ecr: ECRClient;
  /** Name of the worker's image repository. */
  readonly repository: string;
  readonly image: ImageFile;
  /** Tasks that run at least: autoscaling adds to them, and does not make the first. */
  readonly minTasks: number;
  /** Seconds that ECS may take to replace the tasks. */
  readonly timeLimit: number;
  /** Called before the first task of the new revision starts. */
  readonly onRelease: (release: Release) => Promise<void>;
}

/**
 * Brings a new image to a worker: copies it, makes a revision that differs in it alone, and waits until the service runs nothing
 * else. ECS itself rolls back when tasks do not start or an alarm of the service fires; a cancelled job, or one out of time, rolls back
 * here. Running it again finishes what a killed run began; with an image that runs already it changes nothing.
 * @throws Failure, or the reason of `cancelled`
 */
export async function deployWorker(options: DeployWorkerOptions, cancelled: AbortSignal): Promise<Release> {
  const { name, service, image, minTasks, timeLimit, onRelease, report } = options;
  if (image.base.origin === "local") {
    throw new Failure(`${image.archive} is built on a base that was made here: the pipeline's comes of a registry`);
  }
  const reference = await pushImage(options, cancelled);
  const to = await revisionWith(options, reference);
  const before = await look(options);
  const isUnderWay = before.revision === to && before.primary.rolloutState === "IN_PROGRESS";
  // Under a deployment that another run began, the revision before is the one that still runs beside it.
  const from = isUnderWay ? (before.others[0]?.taskDefinition ?? before.revision) : before.revision;
  const release = { service, from, to };
  const tasks = before.desiredCount < minTasks ? { desiredCount: minTasks } : undefined;
  if (before.revision === to && !isUnderWay && tasks === undefined) {
    report(`${name}: revision ${revisionOf(to)} runs already`);
    return release;
  }
  await onRelease(release);
  const limit = deadline(
    timeLimit,
    new Failure(`${name}: revision ${revisionOf(to)} is not running after ${timeLimit} s`),
  );
  try {
    cancelled.throwIfAborted();
    const started = isUnderWay && !tasks ? before : await update(options, { taskDefinition: to, ...tasks });
    await waitUntilRunning(options, started, before, AbortSignal.any([cancelled, limit]));
  } catch (error) {
    // The job may be cancelled; what keeps it from rolling back is reported: the reason of the release's end matters more.
    await rollBack(options, release, new AbortController().signal, false).catch((fault) =>
      report(
        `${name}: could not go back to revision ${revisionOf(from)}: ${fault instanceof Error ? fault.message : fault}`,
      ),
    );
    throw error;
  }
  report(`${name}: revision ${revisionOf(to)} runs alone`);
  return release;
}

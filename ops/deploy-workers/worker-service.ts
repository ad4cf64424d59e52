import {
  type Deployment,
  DescribeServicesCommand,
  type ECSClient,
  type Service,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import { Failure } from "../../runtime/failure";
import type { Report } from "../program/aws";
import { pause } from "../program/pause";
import { stoppedTasks } from "./stopped-tasks";
import { revisionOf } from "./task-definition";

/** A worker's ECS service and how to watch it. */
export interface WorkerWatch {
  readonly ecs: ECSClient;
  readonly cluster: string;
  /** Name of the ECS service and of the family of its task definition. */
  readonly name: string;
  /** The service's name in config/services.ts, and so of its container. */
  readonly service: string;
  /** Milliseconds between two looks. */
  readonly interval: number;
  readonly report: Report;
}

/** What ECS says of a service, as far as a release asks. */
export interface WorkerState {
  /** ARN of the revision that it is to run. */
  readonly revision: string;
  readonly desiredCount: number;
  /** The deployment under way, or the last one. */
  readonly primary: Deployment;
  /** Others that still run tasks. */
  readonly others: readonly Deployment[];
  /** What happened, the latest first. */
  readonly events: readonly { readonly id: string; readonly message: string }[];
}

export async function look({ ecs, cluster, name }: WorkerWatch): Promise<WorkerState> {
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
  return understand(name, services[0]);
}

function understand(name: string, service: Service | undefined): WorkerState {
  const { taskDefinition: revision, desiredCount, deployments = [], events = [] } = service ?? {};
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  if (revision === undefined || desiredCount === undefined || primary === undefined) {
    throw new Failure(`ECS knows no service ${name}: deploy-infrastructure makes it`);
  }
  return {
    revision,
    desiredCount,
    primary,
    others: deployments.filter((deployment) => deployment !== primary),
    events: events.map(({ id = "", message = "" }) => ({ id, message })),
  };
}

/** Gives the service a revision, a number of tasks, or both. */
export async function update(
  { ecs, cluster, name }: WorkerWatch,
  change: Pick<UpdateServiceCommandInput, "taskDefinition" | "desiredCount">,
): Promise<WorkerState> {
  const { service } = await ecs.send(new UpdateServiceCommand({ cluster, service: name, ...change }));
  return understand(name, service);
}

/**
 * Waits until the service runs nothing but what `started` is to run, and tells what happens meanwhile.
 * @param before what ECS said before; later events are told
 * @throws Failure when ECS gives the deployment up, with why its tasks ended, or another one took its place
 */
export async function waitUntilRunning(
  watch: WorkerWatch,
  { revision, primary: { id: deployment } }: WorkerState,
  before: WorkerState,
  signal: AbortSignal,
): Promise<void> {
  const { name, interval, report } = watch;
  const told = new Set(before.events.map(({ id }) => id));
  let last = "";
  for (;;) {
    signal.throwIfAborted();
    const state = await look(watch);
    for (const { id, message } of state.events.toReversed()) {
      if (!told.has(id)) report(`${name}: ${message.replace(`(service ${name}) `, "")}`);
      told.add(id);
    }
    const ours = [state.primary, ...state.others].find(({ id }) => id === deployment);
    if (ours?.rolloutState === "FAILED") throw await givenUp(watch, revision, ours);
    if (state.primary !== ours) throw await replaced(watch, revision, state.primary);
    const { runningCount = 0, desiredCount = 0, rolloutState } = ours;
    const progress = `${name}: ${runningCount} of ${desiredCount} tasks run on revision ${revisionOf(revision)}`;
    if (progress !== last) report(progress);
    last = progress;
    if (rolloutState === "COMPLETED" && runningCount >= desiredCount) return;
    await pause(interval, signal);
  }
}

async function givenUp(watch: WorkerWatch, revision: string, { rolloutStateReason }: Deployment): Promise<Failure> {
  const reasons = await stoppedTasks(watch, revision);
  const sentence = `ECS gave up revision ${revisionOf(revision)} of ${watch.name}: ${rolloutStateReason ?? "no reason given"}`;
  return new Failure([sentence, ...reasons].join("\n"));
}

/** A failed deployment leaves the list at some time; that it is no longer the service's tells as much. */
async function replaced(watch: WorkerWatch, revision: string, primary: Deployment): Promise<Failure> {
  const { taskDefinition = "", rolloutStateReason = "" } = primary;
  if (/circuit breaker|alarm|roll/i.test(rolloutStateReason)) return givenUp(watch, revision, primary);
  return new Failure(
    `another deployment gave ${watch.name} revision ${revisionOf(taskDefinition)} meanwhile: let it finish, then run this one again`,
  );
}

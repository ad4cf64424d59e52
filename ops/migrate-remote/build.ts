import { randomUUID } from "node:crypto";
import {
  BatchGetBuildsCommand,
  type Build,
  type CodeBuildClient,
  ListBuildsForProjectCommand,
  StartBuildCommand,
  StopBuildCommand,
} from "@aws-sdk/client-codebuild";
import { buildQuota } from "../../config/quotas";
import { Failure } from "../../runtime/failure";
import type { Report } from "../program/aws";
import { pause } from "../program/pause";

export interface BuildWatch {
  readonly codebuild: CodeBuildClient;
  readonly project: string;
  /** Milliseconds between two looks. */
  readonly interval: number;
  readonly report: Report;
}

/** The builds of a project that have not ended, newest first. */
async function runningBuilds({ codebuild, project }: BuildWatch): Promise<Build[]> {
  // One at a time may run, and the newest come first: the first page holds whatever still runs.
  const { ids = [] } = await codebuild.send(
    new ListBuildsForProjectCommand({ projectName: project, sortOrder: "DESCENDING" }),
  );
  if (ids.length === 0) return [];
  const { builds = [] } = await codebuild.send(new BatchGetBuildsCommand({ ids }));
  return builds.filter(({ buildStatus }) => buildStatus === "IN_PROGRESS");
}

/** Waits until no build of the project runs: it may still read the artifact that the next one replaces. */
export async function waitForRunningBuilds(watch: BuildWatch, signal: AbortSignal): Promise<void> {
  const told = new Set<string | undefined>();
  for (;;) {
    const running = await runningBuilds(watch);
    if (running.length === 0) return;
    for (const { id, initiator } of running) {
      if (!told.has(id)) watch.report(`waiting for ${id}, which ${initiator ?? "somebody"} started`);
      told.add(id);
    }
    await pause(watch.interval, signal);
  }
}

/**
 * Starts a build exactly as the project describes it: the role may override nothing.
 * @returns its id, or AWS's words when others build and the project or the account takes no more for now
 * @throws Failure when the account may build nothing at all, for no waiting mends that
 */
export async function startBuild({
  codebuild,
  project,
}: BuildWatch): Promise<{ readonly id: string } | { readonly refused: string }> {
  try {
    // The token makes a second try of a start whose answer was lost find the first build.
    const { build } = await codebuild.send(
      new StartBuildCommand({ projectName: project, idempotencyToken: randomUUID() }),
    );
    if (build?.id === undefined) throw new Failure(`CodeBuild started no build of ${project}: start the job again`);
    return { id: build.id };
  } catch (error) {
    if (!(error instanceof Error && error.name === "AccountLimitExceededException")) throw error;
    if (!/ more than 0 /.test(error.message)) return { refused: error.message };
    const { service, code, name } = buildQuota;
    throw new Failure(
      `CodeBuild lets this account run no build (${error.message}): ask for at least 1 of the quota ${code}, ${service}: ${name}, in Service Quotas, or of AWS Support where that shows more already`,
    );
  }
}

export async function describeBuild({ codebuild }: BuildWatch, id: string): Promise<Build> {
  const { builds: [build] = [] } = await codebuild.send(new BatchGetBuildsCommand({ ids: [id] }));
  if (build === undefined) throw new Failure(`CodeBuild does not know the build ${id}: look at the project's history`);
  return build;
}

/** Stops a build and waits until it has ended, so that nothing changes the database after the job's own end. */
export async function stopBuild(watch: BuildWatch, id: string): Promise<void> {
  await watch.codebuild.send(new StopBuildCommand({ id }));
  // Ends by CodeBuild's own limits, or when the runner kills a job that takes too long to be cancelled.
  while (!(await describeBuild(watch, id)).buildComplete) await pause(watch.interval, new AbortController().signal);
  watch.report(`stopped ${id}`);
}

/** What a person needs to know of a build that failed: the phase, and what CodeBuild says about it. */
export function describeFailure({ id, buildStatus, phases = [] }: Build): Failure {
  const failed = phases.find(({ phaseStatus }) => phaseStatus !== undefined && phaseStatus !== "SUCCEEDED");
  const contexts = failed?.contexts ?? [];
  const reason = contexts.map(({ statusCode, message }) => [statusCode, message].filter(Boolean).join(": ")).join("; ");
  const phase = failed?.phaseType === undefined ? "" : ` in phase ${failed.phaseType}`;
  const status = buildStatus === "TIMED_OUT" ? "ran out of its time" : `ended as ${buildStatus}`;
  return new Failure(`${id} ${status}${phase}${reason ? `: ${reason}` : ""}`, commandExitCode(reason));
}

/** CodeBuild names the exit code of a failed command in the phase's message alone: `Reason: exit status 3`. */
function commandExitCode(reason: string): number {
  return Number(/exit status (\d+)/.exec(reason)?.[1] ?? 1) || 1;
}

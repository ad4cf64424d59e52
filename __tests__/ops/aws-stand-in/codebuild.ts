import { AwsError, arn, json, type Operation, type Request, text } from "./call";
import type { Logs } from "./logs";

/** What one look at a build finds; each BatchGetBuilds goes one step on, the last one stays. */
export interface Step {
  readonly phase: string;
  /** @default "IN_PROGRESS" */
  readonly status?: string;
  /** Lines that CloudWatch has received by then. */
  readonly log?: readonly string[];
  /** Of the phase that failed. */
  readonly failure?: { readonly phase: string; readonly message: string };
}

interface Build {
  readonly id: string;
  readonly project: string;
  readonly initiator: string;
  steps: readonly Step[];
}

export class CodeBuild {
  readonly builds: Build[] = [];
  readonly stopped: string[] = [];
  /** What the next builds do. */
  steps: readonly Step[] = [
    { phase: "QUEUED" },
    { phase: "BUILD", log: ["migrating"] },
    { phase: "COMPLETED", status: "SUCCEEDED", log: ["done"] },
  ];
  /** One at a time, as the project says. */
  readonly limit = 1;
  /** Builds that the account may have at once. */
  accountLimit = 60;
  private readonly tokens = new Map<string, Build>();

  constructor(private readonly logs: Logs) {}

  start(project: string, initiator: string, steps = this.steps): Build {
    const build = { id: `${project}:build-${this.builds.length + 1}`, project, initiator, steps };
    this.builds.push(build);
    return build;
  }

  operation(action: string, request: Request): Operation {
    const input = json(request);
    const ids = Array.isArray(input.ids) ? input.ids.map(text) : [text(input.id)];
    const project = text(input.projectName) || (ids[0]?.split(":")[0] ?? "");
    const resource = arn("codebuild", `project/${project}`);
    const calls = [{ action: `codebuild:${action}`, resource, context: overrides(input) }];
    const answers: Record<string, () => unknown> = {
      ListBuildsForProject: () => ({
        ids: this.builds
          .filter((build) => build.project === project)
          .map(({ id }) => id)
          .reverse(),
      }),
      BatchGetBuilds: () => ({ builds: ids.map((id) => this.look(id)) }),
      StopBuild: () => this.stop(text(input.id)),
      StartBuild: () => this.startOnce(project, text(input.idempotencyToken)),
    };
    return { action: `codebuild:${action}`, calls, answer: answers[action] ?? unknownAction(action) };
  }

  private startOnce(project: string, token: string) {
    const known = this.tokens.get(token);
    if (known === undefined && this.builds.filter(running).length >= this.accountLimit) {
      throw new AwsError(
        "AccountLimitExceededException",
        `Cannot have more than ${this.accountLimit} builds in queue for the account`,
      );
    }
    if (known === undefined && this.builds.filter(running).length >= this.limit) {
      throw new AwsError(
        "AccountLimitExceededException",
        `Cannot have more than ${this.limit} builds in queue for the project`,
      );
    }
    const build = known ?? this.start(project, "development-gitlab-migrate/pipeline");
    if (token !== "") this.tokens.set(token, build);
    return { build: { id: build.id, buildStatus: "IN_PROGRESS", currentPhase: "SUBMITTED" } };
  }

  private look(id: string) {
    const build = this.find(id);
    const [step = { phase: "COMPLETED", status: "SUCCEEDED" }, ...rest] = build.steps;
    if (rest.length > 0) build.steps = rest;
    const group = `/aws/codebuild/${build.project}`;
    const stream = id.split(":")[1] ?? id;
    if (step.log) this.logs.append(group, stream, step.log);
    if (step.log && rest.length === 0) build.steps = [{ ...step, log: [] }];
    const { status = "IN_PROGRESS", failure } = step;
    return {
      id,
      initiator: build.initiator,
      currentPhase: step.phase,
      buildStatus: status,
      buildComplete: status !== "IN_PROGRESS",
      ...(step.phase !== "QUEUED" && {
        logs: { groupName: group, streamName: stream, deepLink: `https://console/${stream}` },
      }),
      ...(failure && {
        phases: [
          { phaseType: "SUBMITTED", phaseStatus: "SUCCEEDED" },
          {
            phaseType: failure.phase,
            phaseStatus: status,
            contexts: [{ statusCode: "COMMAND_EXECUTION_ERROR", message: failure.message }],
          },
        ],
      }),
    };
  }

  private stop(id: string) {
    this.find(id).steps = [{ phase: "BUILD" }, { phase: "COMPLETED", status: "STOPPED" }];
    this.stopped.push(id);
    return { build: { id } };
  }

  private find(id: string): Build {
    const build = this.builds.find((known) => known.id === id);
    if (build === undefined) throw new AwsError("InvalidInputException", `unknown build ${id}`);
    return build;
  }
}

const running = ({ steps }: Build) => (steps[0]?.status ?? "IN_PROGRESS") === "IN_PROGRESS";

/** StartBuild's overrides as IAM's condition keys: `buildspecOverride` becomes `codebuild:source.buildspec`. */
function overrides(input: Record<string, unknown>): Record<string, string> {
  const names = Object.keys(input).filter((name) => name.endsWith("Override"));
  return Object.fromEntries(
    names.map((name) => [`codebuild:${name.replace("Override", "")}`, text(input[name]) || "set"]),
  );
}

function unknownAction(action: string): () => never {
  return () => {
    throw new AwsError("UnknownOperationException", action);
  };
}

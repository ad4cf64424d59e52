import { AwsError, account, arn, type Call, json, type Operation, type Request, region, text } from "./call";

type Rollout = "IN_PROGRESS" | "COMPLETED" | "FAILED";

interface Deployment {
  readonly id: string;
  readonly taskDefinition: string;
  status: "PRIMARY" | "ACTIVE" | "INACTIVE";
  rolloutState: Rollout;
  rolloutStateReason: string;
  runningCount: number;
  /** Looks until it has ended, one way or the other. */
  pending: number;
}

interface Event {
  readonly id: string;
  readonly message: string;
}

/** What becomes of the deployments of a revision. */
export type Outcome = "runs" | "does not start" | "fires an alarm" | "hangs";

/** A service with ECS's own rules for deployments, its circuit breaker and its alarms. */
export class EcsService {
  desiredCount = 0;
  readonly deployments: Deployment[] = [];
  readonly events: Event[] = [];
  /** Every revision and number of tasks that it was to have: `1 x 0`, `2 x 1`. */
  readonly history: string[] = [];
  /** By revision. @default runs */
  readonly outcomes = new Map<number, Outcome>();

  constructor(
    readonly name: string,
    public taskDefinition: string,
  ) {
    this.begin(taskDefinition, "COMPLETED", "ECS deployment completed.", 0);
  }

  begin(taskDefinition: string, rolloutState: Rollout, rolloutStateReason: string, pending: number): void {
    for (const deployment of this.deployments) {
      if (deployment.status === "PRIMARY") deployment.status = "ACTIVE";
    }
    const id = `ecs-svc/${this.deployments.length + 1}`;
    this.taskDefinition = taskDefinition;
    this.deployments.unshift({
      id,
      taskDefinition,
      status: "PRIMARY",
      rolloutState,
      rolloutStateReason,
      runningCount: 0,
      pending,
    });
    this.note();
  }

  note(): void {
    this.history.push(`${numberOf(this.taskDefinition)} x ${this.desiredCount}`);
  }

  /** What a look finds, and brings a step further. */
  step(): void {
    const [primary] = this.deployments;
    if (primary === undefined) return;
    if (primary.rolloutState !== "IN_PROGRESS") {
      primary.runningCount = this.desiredCount;
      return;
    }
    const outcome = this.outcomes.get(numberOf(primary.taskDefinition)) ?? "runs";
    if (outcome === "hangs") return;
    primary.pending -= 1;
    if (outcome !== "does not start") primary.runningCount = this.desiredCount;
    if (primary.pending >= 0) return;
    if (outcome === "runs") this.complete(primary);
    else this.fail(primary, outcome);
  }

  private complete(primary: Deployment): void {
    primary.rolloutState = "COMPLETED";
    primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`;
    for (const deployment of this.deployments) if (deployment !== primary) deployment.status = "INACTIVE";
    this.tell("has reached a steady state.");
  }

  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html */
  private fail(primary: Deployment, outcome: Outcome): void {
    const before = this.deployments.find(({ rolloutState }) => rolloutState === "COMPLETED");
    const cause =
      outcome === "does not start"
        ? "ECS deployment circuit breaker: tasks failed to start."
        : "ECS deployment failed: alarm detected.";
    primary.rolloutState = "FAILED";
    primary.rolloutStateReason = cause;
    this.tell(`(deployment ${primary.id}) deployment failed: tasks failed to start.`);
    if (before === undefined) return;
    const reason = `${cause.split(":")[0]}: rolling back to deployment ${before.id}.`;
    this.begin(before.taskDefinition, "IN_PROGRESS", reason, 1);
  }

  tell(message: string): void {
    this.events.unshift({ id: String(this.events.length + 1), message: `(service ${this.name}) ${message}` });
  }
}

const numberOf = (revision: string) => Number(revision.split(":").at(-1));

interface Revision {
  readonly settings: Record<string, unknown>;
  readonly tags: unknown;
}

/** ECS: services of one cluster, and the revisions of task definitions. */
export class Ecs {
  readonly services = new Map<string, EcsService>();
  /** By family, the first first. */
  readonly families = new Map<string, Revision[]>();

  /** As Terraform makes a worker: no task, and a revision whose image nobody has. */
  add(name: string, container: string): EcsService {
    this.register(name, { containerDefinitions: [{ name: container, image: `registry/${name}:bootstrap` }] });
    const service = new EcsService(name, revisionArn(name, 1));
    this.services.set(name, service);
    return service;
  }

  register(family: string, settings: Record<string, unknown>, tags: unknown = []): string {
    const revisions = this.families.get(family) ?? [];
    this.families.set(family, [...revisions, { settings, tags }]);
    return revisionArn(family, revisions.length + 1);
  }

  /** The image that a service's tasks run. */
  imageOf({ name, taskDefinition }: EcsService): string {
    const revision = this.families.get(name)?.[numberOf(taskDefinition) - 1];
    const [container] = Array.isArray(revision?.settings.containerDefinitions)
      ? revision.settings.containerDefinitions
      : [];
    return text(container?.image);
  }

  operation(action: string, request: Request): Operation {
    const input = json(request);
    return {
      action: `ecs:${action}`,
      calls: this.calls(action, input),
      answer: () => {
        const handler = this.handlers[action];
        if (handler === undefined) throw new AwsError("UnknownOperationException", action);
        return handler(input);
      },
    };
  }

  private calls(action: string, input: Record<string, unknown>): Call[] {
    const cluster = text(input.cluster);
    const service = arn(
      "ecs",
      `service/${cluster}/${Array.isArray(input.services) ? input.services[0] : input.service}`,
    );
    const own = (resource: string, context: Call["context"] = {}): Call => ({
      action: `ecs:${action}`,
      resource,
      context,
    });
    const inCluster = { "ecs:cluster": arn("ecs", `cluster/${cluster}`) };
    if (action === "DescribeServices") return [own(service, inCluster)];
    if (action === "UpdateService") {
      const revision = text(input.taskDefinition);
      return [own(service, { ...inCluster, ...(revision && { "ecs:task-definition": revision }) })];
    }
    if (action === "DescribeTaskDefinition") return [own("*")];
    if (action === "ListTasks") return [own("*", inCluster)];
    if (action === "DescribeTasks") {
      const tasks = Array.isArray(input.tasks) ? input.tasks.map(text) : [];
      return tasks.map((task) => own(task, inCluster));
    }
    return this.registering(action, input);
  }

  /** A revision takes its roles with it, and its tags. */
  private registering(action: string, input: Record<string, unknown>): Call[] {
    const revision = arn("ecs", `task-definition/${text(input.family)}:*`);
    const roles = [text(input.taskRoleArn), text(input.executionRoleArn)].filter((role) => role !== "");
    return [
      { action: `ecs:${action}`, resource: revision, context: {} },
      ...roles.map((resource) => ({
        action: "iam:PassRole",
        resource,
        context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
      })),
      ...(Array.isArray(input.tags) && input.tags.length > 0
        ? [{ action: "ecs:TagResource", resource: revision, context: { "ecs:CreateAction": "RegisterTaskDefinition" } }]
        : []),
    ];
  }

  private readonly handlers: Readonly<Record<string, (input: Record<string, unknown>) => unknown>> = {
    DescribeServices: ({ services }) => {
      const names = Array.isArray(services) ? services.map(text) : [];
      const known = names.flatMap((name) => this.services.get(name) ?? []);
      for (const service of known) service.step();
      return { services: known.map(describe), failures: [] };
    },
    DescribeTaskDefinition: ({ taskDefinition }) => {
      const [family = "", number] = text(taskDefinition).split("/").at(-1)?.split(":") ?? [];
      const revisions = this.families.get(family) ?? [];
      const revision = Number(number ?? revisions.length);
      const found = revisions[revision - 1];
      if (found === undefined) throw new AwsError("ClientException", "Unable to describe task definition.");
      return {
        taskDefinition: {
          ...found.settings,
          family,
          revision,
          taskDefinitionArn: revisionArn(family, revision),
          status: "ACTIVE",
          compatibilities: ["EC2", "FARGATE"],
          requiresAttributes: [{ name: "com.amazonaws.ecs.capability.docker-remote-api.1.18" }],
          registeredAt: 1_764_000_000,
          registeredBy: `arn:aws:iam::${account}:root`,
        },
        tags: found.tags,
      };
    },
    RegisterTaskDefinition: ({ family, tags, ...settings }) => ({
      taskDefinition: { family, taskDefinitionArn: this.register(text(family), settings, tags) },
    }),
    UpdateService: (input) => {
      const service = this.services.get(text(input.service));
      if (service === undefined) throw new AwsError("ServiceNotFoundException", "Service not found.");
      const revision = text(input.taskDefinition) || service.taskDefinition;
      if (typeof input.desiredCount === "number") service.desiredCount = input.desiredCount;
      if (revision !== service.taskDefinition) {
        service.begin(revision, "IN_PROGRESS", "ECS deployment in progress.", 2);
        service.tell(`has started ${service.desiredCount} tasks.`);
      } else service.note();
      return { service: describe(service) };
    },
    ListTasks: ({ cluster }) => ({ taskArns: [arn("ecs", `task/${text(cluster)}/0123456789abcdef`)] }),
    DescribeTasks: ({ tasks }) => {
      const failed = [...this.services.values()]
        .flatMap(({ deployments }) => deployments)
        .find(({ rolloutState }) => rolloutState === "FAILED");
      return {
        tasks: (Array.isArray(tasks) ? tasks : []).map((taskArn) => ({
          taskArn,
          taskDefinitionArn: failed?.taskDefinition,
          stoppedReason: "Essential container in task exited",
          containers: [{ name: "worker", exitCode: 1 }],
        })),
      };
    },
  };
}

const revisionArn = (family: string, number: number) =>
  `arn:aws:ecs:${region}:${account}:task-definition/${family}:${number}`;

function describe({ name, taskDefinition, desiredCount, deployments, events }: EcsService) {
  return {
    serviceName: name,
    taskDefinition,
    desiredCount,
    events,
    deployments: deployments
      // ECS forgets a deployment that has no task any more.
      .filter(({ status, rolloutState }) => status !== "INACTIVE" || rolloutState === "FAILED")
      .map(({ pending, ...deployment }) => ({ ...deployment, desiredCount })),
  };
}

import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type Tag,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { bootstrapImageTag } from "../../config/names";
import { Failure } from "../../runtime/failure";
import type { WorkerWatch } from "./worker-service";

/**
 * The latest revision of a worker's task definition with this image: the one that has it, or a new one which differs in nothing else.
 * The latest and not the one that runs, so that what Terraform wrote since the last release (a size, a variable) goes with it.
 */
export async function revisionWith(watch: WorkerWatch, image: string): Promise<string> {
  const { ecs, name, service, report } = watch;
  const { definition, tags } = await readRevision(watch, name);
  const containers = definition.containerDefinitions ?? [];
  const own = containers.find((container) => container.name === service);
  if (own === undefined) throw new Failure(`the task definition ${name} must have a container ${service}, got none`);
  if (own.image === image) return arnOf(definition, name);
  // What only ECS says of a revision; the rest is what it was registered with.
  const {
    taskDefinitionArn,
    revision,
    status,
    requiresAttributes,
    compatibilities,
    registeredAt,
    registeredBy,
    deregisteredAt,
    ...settings
  } = definition;
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...settings,
      family: name,
      containerDefinitions: containers.map((container) => (container === own ? { ...own, image } : container)),
      ...(tags.length > 0 && { tags: [...tags] }),
    }),
  );
  const arn = arnOf(taskDefinition, name);
  report(`${name}: revision ${revisionOf(arn)} differs from ${revision} in its image alone`);
  return arn;
}

/** Whether a revision is Terraform's first, whose image nobody has brought. */
export async function isBootstrap(watch: WorkerWatch, arn: string): Promise<boolean> {
  const { definition } = await readRevision(watch, arn);
  return (definition.containerDefinitions ?? []).some(({ image }) => image?.endsWith(`:${bootstrapImageTag}`));
}

/** The number of a revision, by its ARN. */
export const revisionOf = (arn: string) => arn.split(":").at(-1) ?? arn;

/** @param name a family, for its latest revision, or a revision's ARN */
async function readRevision(
  { ecs }: WorkerWatch,
  name: string,
): Promise<{ readonly definition: TaskDefinition; readonly tags: readonly Tag[] }> {
  const { taskDefinition: definition, tags = [] } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: name, include: ["TAGS"] }),
  );
  if (definition === undefined) throw new Failure(`ECS described no task definition ${name}: run the deployment again`);
  return { definition, tags };
}

function arnOf(definition: TaskDefinition | undefined, name: string): string {
  if (definition?.taskDefinitionArn === undefined) throw new Failure(`ECS named no revision of ${name}: run it again`);
  return definition.taskDefinitionArn;
}

import { DescribeTasksCommand, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import type { WorkerWatch } from "./worker-service";

/** Tasks that are told; those of a revision that cannot run end alike. */
const told = 3;

/**
 * Why tasks of a revision ended, a line each. ECS remembers them for an hour. What keeps it from telling is a line too: that the
 * revision failed matters more.
 */
export async function stoppedTasks({ ecs, cluster, name }: WorkerWatch, revision: string): Promise<readonly string[]> {
  try {
    const { taskArns = [] } = await ecs.send(
      new ListTasksCommand({ cluster, serviceName: name, desiredStatus: "STOPPED" }),
    );
    if (taskArns.length === 0) return [];
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    return tasks
      .filter(({ taskDefinitionArn }) => taskDefinitionArn === revision)
      .slice(0, told)
      .map(line);
  } catch (error) {
    return [`ECS does not tell why its tasks ended: ${error instanceof Error ? error.message : error}`];
  }
}

function line({ taskArn = "", stoppedReason = "no reason given", containers = [] }: Task): string {
  const ends = containers.flatMap(({ name, exitCode, reason }) => [
    ...(exitCode === undefined ? [] : [`${name} exited with ${exitCode}`]),
    ...(reason === undefined ? [] : [`${name}: ${reason}`]),
  ]);
  return `task ${taskArn.split("/").at(-1)} ended: ${[stoppedReason, ...ends].join("; ")}`;
}

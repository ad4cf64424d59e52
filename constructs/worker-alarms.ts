import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { metricsNamespace, workerName } from "../config/names";
import type { AlarmTopic } from "./alarm-topic";
import { PlatformStack } from "./platform-stack";

export interface WorkerAlarmsProps {
  readonly topic: AlarmTopic;
  readonly service: string;
  /** Name of the ECS cluster. */
  readonly cluster: string;
  /** Tasks that run at least. */
  readonly minTasks: number;
  /** Whether it takes jobs of the queue. */
  readonly takesJobs: boolean;
}

/** What tells that jobs wait for a worker that does not come. */
export class WorkerAlarms extends Construct {
  /** What a deployment must not do: it ends there, and is rolled back. */
  readonly ofDeployment: readonly CloudwatchMetricAlarm[];

  constructor(scope: Construct, id: string, { topic, service, cluster, minTasks, takesJobs }: WorkerAlarmsProps) {
    super(scope, id);
    const environment = PlatformStack.of(this).prefix;
    const own = { namespace: metricsNamespace, dimensions: { environment, service } };
    topic.watch(this, "tasks", {
      name: `${service}-tasks`,
      description: `Fewer than ${minTasks} tasks run: the service's events say why, then its log`,
      runbook: "backlog-grows",
      // One sample a task and minute: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html#cw_running_task_count
      namespace: "AWS/ECS",
      dimensions: { ClusterName: cluster, ServiceName: workerName(environment, service) },
      metric: "CPUUtilization",
      statistic: "SampleCount",
      threshold: minTasks,
      below: true,
      silence: "breaching",
    });
    if (takesJobs) {
      topic.watch(this, "dead-letters", {
        name: `${service}-dead-letters`,
        description: "Something accepted was given up and waits for a hand: read why, mend that, replay it",
        runbook: "dead-letters",
        ...own,
        metric: "deadLetters",
        statistic: "Sum",
        threshold: 0,
        minutes: 1,
      });
    }
    this.ofDeployment = takesJobs
      ? [
          topic.watch(this, "oldest-unawarded", {
            name: `${service}-oldest-unawarded`,
            description:
              "Something accepted has waited more than 60 s: see whether workers run, the queue answers, the database keeps up",
            runbook: "backlog-grows",
            ...own,
            metric: "oldestUnawarded",
            statistic: "Maximum",
            threshold: 60,
            minutes: 2,
          }),
        ]
      : [];
  }
}

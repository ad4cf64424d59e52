import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import { Construct } from "constructs";
import { metricsNamespace } from "../config/names";
import { PlatformStack } from "./platform-stack";
import type { ServiceWorker } from "./service-worker";

export interface WorkerScalingProps {
  readonly worker: ServiceWorker;
}

/**
 * Runs as many tasks as the backlog asks for. Each task writes the whole backlog once a minute, so the number of samples is the
 * number of tasks, and the mean divided by it is the backlog of one.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
 */
export class WorkerScaling extends Construct {
  constructor(scope: Construct, id: string, { worker }: WorkerScalingProps) {
    super(scope, id);
    const { service, settings } = worker;
    const target = new AppautoscalingTarget(this, "target", {
      serviceNamespace: "ecs",
      resourceId: worker.scalableId,
      scalableDimension: "ecs:service:DesiredCount",
      minCapacity: settings.minTasks,
      maxCapacity: settings.maxTasks,
      dependsOn: [worker.running],
    });
    const backlog = (statistic: "Average" | "SampleCount") => ({
      metric: {
        namespace: metricsNamespace,
        metricName: "backlog",
        dimensions: [
          { name: "environment", value: PlatformStack.of(this).prefix },
          { name: "service", value: service },
        ],
      },
      stat: statistic,
    });
    new AppautoscalingPolicy(this, "backlog", {
      name: "backlog",
      policyType: "TargetTrackingScaling",
      serviceNamespace: target.serviceNamespace,
      resourceId: target.resourceId,
      scalableDimension: target.scalableDimension,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: settings.backlogPerTask,
        scaleOutCooldown: 60,
        // A task that ends returns its jobs: slowly down, quickly up.
        scaleInCooldown: 300,
        customizedMetricSpecification: {
          metrics: [
            { id: "backlog", metricStat: backlog("Average"), returnData: false },
            { id: "tasks", metricStat: backlog("SampleCount"), returnData: false },
            { id: "share", label: "Backlog of one task", expression: "backlog / tasks", returnData: true },
          ],
        },
      },
    });
  }
}

import { Construct } from "constructs";
import { queueConnections } from "../config/queue";
import type { AlarmTopic } from "./alarm-topic";
import type { QueueCluster } from "./queue-cluster";

export interface QueueAlarmsProps {
  readonly topic: AlarmTopic;
  readonly queue: QueueCluster;
  readonly nodeType: string;
}

/** What tells an operator that the queue is about to refuse jobs, or could not fail over. Each node has its own: any may be the writer. */
export class QueueAlarms extends Construct {
  constructor(scope: Construct, id: string, { topic, queue, nodeType }: QueueAlarmsProps) {
    super(scope, id);
    const connections = queueConnections(nodeType);
    for (const [index, node] of queue.nodes.entries()) {
      const watch = (name: string, metric: string, description: string, threshold: number, minutes: number) =>
        topic.watch(this, `${name}-${index + 1}`, {
          name: `queue-${name}-${index + 1}`,
          description,
          runbook: "queue-lost",
          // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html
          namespace: "AWS/ElastiCache",
          dimensions: { CacheClusterId: node },
          metric,
          statistic: "Maximum",
          threshold,
          minutes,
        });
      watch(
        "memory",
        "DatabaseMemoryUsagePercentage",
        "More than 70 % of the queue's memory is taken, and at 100 % it refuses jobs: see whether workers keep up, then raise queue.nodeType",
        70,
        5,
      );
      watch("cpu", "EngineCPUUtilization", "The queue's one thread is busy above 80 %: raise queue.nodeType", 80, 10);
      watch(
        "evictions",
        "Evictions",
        "The queue dropped keys, and none may be: its maxmemory-policy must be noeviction",
        0,
        1,
      );
      watch(
        "replication-lag",
        "ReplicationLag",
        "The replica is more than 5 s behind: a failover now would lose what is not in the outbox",
        5,
        5,
      );
      watch(
        "connections",
        "CurrConnections",
        `More than 80 % of the ${connections} connections are taken: see make capacity, then look for what opens them and closes none`,
        Math.floor(connections * 0.8),
        5,
      );
    }
  }
}

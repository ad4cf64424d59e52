import { Construct } from "constructs";
import { databaseConnections } from "../config/capacity";
import type { Environment } from "../config/environment";
import type { AlarmTopic } from "./alarm-topic";
import type { DatabaseProxy } from "./database-proxy";
import type { PostgresCluster } from "./postgres-cluster";

export interface DatabaseAlarmsProps {
  readonly topic: AlarmTopic;
  readonly cluster: PostgresCluster;
  readonly proxy: DatabaseProxy;
  readonly settings: Environment["database"];
}

const megabyte = 1_024 ** 2;

/** What tells an operator that the database is about to be the bottleneck. */
export class DatabaseAlarms extends Construct {
  constructor(scope: Construct, id: string, { topic, cluster, proxy, settings }: DatabaseAlarmsProps) {
    super(scope, id);
    const database = { namespace: "AWS/RDS", dimensions: { DBClusterIdentifier: cluster.identifier } };
    const connections = databaseConnections(settings.capacity);
    topic.watch(this, "cpu", {
      name: "database-cpu",
      description: "The database is busy above 80 %: look at Performance Insights for the top statements",
      ...database,
      metric: "CPUUtilization",
      statistic: "Average",
      threshold: 80,
      minutes: 15,
    });
    topic.watch(this, "capacity", {
      name: "database-capacity",
      description: "Near the top of its capacity range: raise database.capacity.max",
      ...database,
      metric: "ACUUtilization",
      statistic: "Average",
      threshold: 90,
      minutes: 15,
    });
    topic.watch(this, "connections", {
      name: "database-connections",
      description: `More than 80 % of the ${connections} connections are taken: look for what bypasses the proxy`,
      ...database,
      metric: "DatabaseConnections",
      statistic: "Maximum",
      threshold: Math.floor(connections * 0.8),
    });
    topic.watch(this, "memory", {
      name: "database-memory",
      description: "Less than 256 MB of memory are free: raise database.capacity.max",
      ...database,
      metric: "FreeableMemory",
      statistic: "Minimum",
      threshold: 256 * megabyte,
      below: true,
    });
    if (settings.readers > 0) {
      topic.watch(this, "replica-lag", {
        name: "database-replica-lag",
        description: "A reader is more than a second behind: reads are stale, a failover would lose time",
        ...database,
        metric: "AuroraReplicaLagMaximum",
        statistic: "Maximum",
        threshold: 1_000,
      });
    }
    topic.watch(this, "borrow-latency", {
      name: "database-borrow-latency",
      description: "Requests wait more than 200 ms for a connection: see make capacity for the number to raise",
      namespace: "AWS/RDS",
      dimensions: { ProxyName: proxy.name },
      metric: "DatabaseConnectionsBorrowLatency",
      statistic: "Average",
      // In microseconds, https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy.monitoring.html
      threshold: 200_000,
    });
  }
}

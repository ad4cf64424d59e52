import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import type { Construct } from "constructs";
import type { DatabaseProxy } from "./database-proxy";
import type { HttpApi } from "./http-api";
import { PlatformStack } from "./platform-stack";
import type { ServiceFunction } from "./service-function";

export interface DashboardProps {
  readonly api: HttpApi;
  readonly functions: readonly ServiceFunction[];
  readonly proxy: DatabaseProxy;
  readonly cluster: string;
}

/** A metric line of a widget: namespace, metric, dimension pairs, options. */
type Line = readonly (string | Readonly<Record<string, string>>)[];

/** One page from request to database: traffic, errors and latency above, the functions next, the database below. */
export class Dashboard extends CloudwatchDashboard {
  constructor(scope: Construct, id: string, { api, functions, proxy, cluster }: DashboardProps) {
    const stack = PlatformStack.of(scope);
    const gateway = (metric: string, stat: string): Line => [
      "AWS/ApiGateway",
      metric,
      "ApiName",
      api.name,
      "Stage",
      api.stageName,
      { stat },
    ];
    const everyFunction = (metric: string, stat: string): Line[] =>
      functions.map(({ name }) => ["AWS/Lambda", metric, "FunctionName", name, { stat }]);
    const database = (metric: string, stat: string): Line => [
      "AWS/RDS",
      metric,
      "DBClusterIdentifier",
      cluster,
      { stat },
    ];
    const charts: readonly (readonly [string, readonly Line[]])[] = [
      ["Requests", [gateway("Count", "Sum")]],
      ["Errors", [gateway("4XXError", "Sum"), gateway("5XXError", "Sum")]],
      ["Latency (ms)", [gateway("Latency", "p50"), gateway("Latency", "p99")]],
      ["Function concurrency", everyFunction("ConcurrentExecutions", "Maximum")],
      ["Function errors and throttles", [...everyFunction("Errors", "Sum"), ...everyFunction("Throttles", "Sum")]],
      ["Function duration (ms)", everyFunction("Duration", "p99")],
      ["Database capacity (ACU)", [database("ServerlessDatabaseCapacity", "Maximum")]],
      ["Database connections", [database("DatabaseConnections", "Maximum")]],
      [
        "Wait for a connection (µs)",
        [["AWS/RDS", "DatabaseConnectionsBorrowLatency", "ProxyName", proxy.name, { stat: "p99" }]],
      ],
    ];
    super(scope, id, {
      dashboardName: stack.prefix,
      dashboardBody: JSON.stringify({
        widgets: charts.map(([title, metrics], index) => ({
          type: "metric",
          x: (index % 3) * 8,
          y: Math.floor(index / 3) * 6,
          width: 8,
          height: 6,
          properties: { title, region: stack.region, view: "timeSeries", period: 60, metrics },
        })),
      }),
    });
  }
}

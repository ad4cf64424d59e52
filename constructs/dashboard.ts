import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import type { Construct } from "constructs";
import { metricsNamespace } from "../config/names";
import { deployedWorkers, productsUsing, type Service } from "../config/service";
import type { DatabaseProxy } from "./database-proxy";
import type { HttpApi } from "./http-api";
import { PlatformStack } from "./platform-stack";
import type { ServiceFunction } from "./service-function";

export interface DashboardProps {
  readonly api: HttpApi;
  readonly functions: readonly ServiceFunction[];
  readonly proxy: DatabaseProxy;
  readonly cluster: string;
  /** What runs: each product whose workers take jobs has a row. */
  readonly services: readonly Service[];
}

/** A metric line of a widget: namespace, metric, dimension pairs, options. */
type Line = readonly (string | Readonly<Record<string, string>>)[];

type Chart = readonly [title: string, lines: readonly Line[]];

/** One page from request to database: traffic, errors and latency above, the functions next, the database, then a row a product with jobs. */
export class Dashboard extends CloudwatchDashboard {
  constructor(scope: Construct, id: string, { api, functions, proxy, cluster, services }: DashboardProps) {
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
    const charts: readonly Chart[] = [
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
    const rows = Math.ceil(charts.length / 3);
    const products = productsWithJobs(services).map((product) => productCharts(stack.prefix, product, services));
    const widget = ([title, metrics]: Chart, x: number, row: number, width: number) => ({
      type: "metric",
      x,
      y: row * 6,
      width,
      height: 6,
      properties: { title, region: stack.region, view: "timeSeries", period: 60, metrics },
    });
    super(scope, id, {
      dashboardName: stack.prefix,
      dashboardBody: JSON.stringify({
        widgets: [
          ...charts.map((chart, index) => widget(chart, (index % 3) * 8, Math.floor(index / 3), 8)),
          ...products.flatMap((row, below) => row.map((chart, index) => widget(chart, index * 6, rows + below, 6))),
        ],
      }),
    });
  }
}

const productsWithJobs = (services: readonly Service[]) => productsUsing(deployedWorkers(services), "queue");

/** From what a product's services accept to what its workers have not done yet; by metrics that they write in their logs. */
function productCharts(environment: string, product: string, services: readonly Service[]): readonly Chart[] {
  const lines = (kind: Service["kind"], metric: string, stat: string): Line[] =>
    services
      .filter((service) => service.product === product && service.kind === kind && service.uses.includes("queue"))
      .map(({ name }) => [metricsNamespace, metric, "environment", environment, "service", name, { stat }]);
  return [
    [`${product}: accepted`, lines("http", "accepted", "Sum")],
    [`${product}: awarded`, lines("worker", "awarded", "Sum")],
    [`${product}: backlog`, lines("worker", "backlog", "Average")],
    [`${product}: oldest in the outbox (s)`, lines("worker", "oldestUnawarded", "Maximum")],
  ];
}

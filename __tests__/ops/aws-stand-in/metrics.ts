import { json, type Operation, type Request, text } from "./call";
import type { Lambda } from "./lambda";

interface Query {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    };
  };
}

/** CloudWatch's metrics of functions, by version: what their traffic makes of them, `late` looks later. */
export class Metrics {
  /** Looks that find nothing yet after a share has begun. */
  late = 0;
  private readonly looks = new Map<string, number>();

  constructor(private readonly lambda: Lambda) {}

  operation(action: string, request: Request): Operation {
    const { MetricDataQueries, StartTime } = json(request);
    const queries = Array.isArray(MetricDataQueries)
      ? MetricDataQueries.flatMap((query) => (isQuery(query) ? [query] : []))
      : [];
    return {
      action: `cloudwatch:${action}`,
      calls: [{ action: `cloudwatch:${action}`, resource: "*", context: {} }],
      answer: () => {
        const share = String(StartTime);
        const looks = this.looks.get(share) ?? 0;
        this.looks.set(share, looks + 1);
        return {
          MetricDataResults: queries.map((query) => ({
            Id: query.Id,
            Values: looks < this.late ? [] : [this.value(query)],
          })),
        };
      },
    };
  }

  private value({ MetricStat: { Metric } }: Query): number {
    const dimension = Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value]));
    const logged = Metric.Namespace === "platform";
    const version = text(logged ? dimension.version : dimension.ExecutedVersion);
    const name = logged ? `${dimension.environment}-${dimension.service}` : text(dimension.FunctionName);
    const target = this.lambda.functions.get(name);
    if (target === undefined) return 0;
    const reached = target.requests * target.shareOf(version);
    const { share = 0, how = "answered" } = target.failing.get(version) ?? {};
    const failed = Math.floor(reached * share + 1e-9);
    // What is never answered leaves no line in the log.
    if (logged && Metric.MetricName === "requests") return reached - (how === "unanswered" ? failed : 0);
    return logged === (how === "answered") ? failed : 0;
  }
}

function isQuery(value: unknown): value is Query {
  return typeof value === "object" && value !== null && "Id" in value && "MetricStat" in value;
}

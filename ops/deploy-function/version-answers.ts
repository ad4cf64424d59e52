import { type CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { liveAlias, metricsNamespace } from "../../config/names";

/** One version of a service's function. */
export interface FunctionVersion {
  readonly environment: string;
  readonly service: string;
  /** The function's name. */
  readonly name: string;
  readonly version: string;
}

/** What a version did with the requests that reached it. */
export interface VersionAnswers {
  readonly requests: number;
  /** Answered with a 5xx, or not at all: the function failed or ran out of its time. */
  readonly errors: number;
}

/**
 * Counts the answers of one version alone, in periods of a minute. Its log says what it answered (an error that is answered is
 * none for Lambda), Lambda what it never answered.
 *
 * @param since begins the first minute
 */
export async function versionAnswers(
  cloudwatch: CloudWatchClient,
  { environment, service, name, version }: FunctionVersion,
  since: Date,
): Promise<VersionAnswers> {
  const logged = (metric: string) => sumOf(metric, metricsNamespace, metric, { environment, service, version });
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: since,
      EndTime: new Date(Date.now() + 60_000),
      MetricDataQueries: [
        logged("requests"),
        logged("errors"),
        // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html: by version where an alias has two
        sumOf("unanswered", "AWS/Lambda", "Errors", {
          FunctionName: name,
          Resource: `${name}:${liveAlias}`,
          ExecutedVersion: version,
        }),
      ],
    }),
  );
  const sum = (id: string) =>
    (MetricDataResults.find(({ Id }) => Id === id)?.Values ?? []).reduce((total, value) => total + value, 0);
  const unanswered = sum("unanswered");
  return { requests: sum("requests") + unanswered, errors: sum("errors") + unanswered };
}

function sumOf(Id: string, Namespace: string, MetricName: string, dimensions: Readonly<Record<string, string>>) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat: "Sum" } };
}

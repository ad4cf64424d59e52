/** Namespace of every CloudWatch metric of the platform. */
export const metricsNamespace = "platform";

type Unit = "Count" | "Milliseconds" | "Seconds" | "Bytes";

/**
 * Fields that make a log line a CloudWatch metric as well, in the embedded metric format: no call, no agent.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * Their dimensions are fields that every line of a logger carries: each combination is a metric that is paid for.
 *
 * @param byVersion whether each version of a function has them too: by these a release tells its own errors from others'
 */
export function metrics(
  values: Readonly<Record<string, readonly [value: number, unit: Unit]>>,
  { byVersion = false } = {},
): Record<string, unknown> {
  const dimensions = ["environment", "service"];
  return {
    ...Object.fromEntries(Object.entries(values).map(([name, [value]]) => [name, value])),
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: metricsNamespace,
          Dimensions: [dimensions, ...(byVersion ? [[...dimensions, "version"]] : [])],
          Metrics: Object.entries(values).map(([Name, [, Unit]]) => ({ Name, Unit })),
        },
      ],
    },
  };
}

/** Namespace of every CloudWatch metric of the platform. */
export const metricsNamespace = "platform";

type Unit = "Count" | "Milliseconds" | "Bytes";

/**
 * Fields that make a log line a CloudWatch metric as well, in the embedded metric format: no call, no agent.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * Their one dimension is `service`, which every line of a logger carries: each combination is a metric that is paid for.
 */
export function metrics(
  values: Readonly<Record<string, readonly [value: number, unit: Unit]>>,
): Record<string, unknown> {
  return {
    ...Object.fromEntries(Object.entries(values).map(([name, [value]]) => [name, value])),
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: metricsNamespace,
          Dimensions: [["service"]],
          Metrics: Object.entries(values).map(([Name, [, Unit]]) => ({ Name, Unit })),
        },
      ],
    },
  };
}

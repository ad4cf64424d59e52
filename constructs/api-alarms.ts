import { Construct } from "constructs";
import { messageQueueName, metricsNamespace } from "../config/names";
import type { Service } from "../config/service";
import type { AlarmTopic } from "./alarm-topic";
import type { HttpApi } from "./http-api";
import { PlatformStack } from "./platform-stack";
import type { ServiceFunction } from "./service-function";

export interface ApiAlarmsProps {
  readonly topic: AlarmTopic;
  readonly api: HttpApi;
}

/** What a caller of the API would complain about first. */
export class ApiAlarms extends Construct {
  constructor(scope: Construct, id: string, { topic, api }: ApiAlarmsProps) {
    super(scope, id);
    const metrics = { namespace: "AWS/ApiGateway", dimensions: { ApiName: api.name, Stage: api.stageName } };
    topic.watch(this, "server-errors", {
      name: "api-5xx",
      description: "More than 1 % of requests fail on our side: start with the function's log and the last deployment",
      runbook: "roll-back",
      ...metrics,
      metric: "5XXError",
      statistic: "Average",
      threshold: 0.01,
      minutes: 3,
    });
    topic.watch(this, "latency", {
      name: "api-p99-latency",
      description: "One request in a hundred takes longer than 2 s: see borrow latency and Performance Insights",
      ...metrics,
      metric: "Latency",
      statistic: "p99",
      threshold: 2_000,
    });
  }
}

export interface FunctionAlarmsProps {
  readonly topic: AlarmTopic;
  readonly function: ServiceFunction;
  /** The service's entry in the table. */
  readonly entry: Pick<Service, "kind" | "uses">;
}

/** What the pipeline watches while it shifts the alias, and operators after it. */
export class FunctionAlarms extends Construct {
  constructor(scope: Construct, id: string, { topic, function: watched, entry: { kind, uses } }: FunctionAlarmsProps) {
    super(scope, id);
    const { service, settings, name, deadLetters } = watched;
    const metrics = { namespace: "AWS/Lambda", dimensions: { FunctionName: name } };
    const own = { namespace: metricsNamespace, dimensions: { environment: PlatformStack.of(this).prefix, service } };
    topic.watch(this, "errors", {
      name: `${service}-errors`,
      description: "The function fails or times out: read its log by request id",
      runbook: "roll-back",
      ...metrics,
      metric: "Errors",
      statistic: "Sum",
      // A message that fails comes again hours later: there is no fifth error within a minute.
      threshold: kind === "http" ? 5 : 0,
      minutes: 1,
    });
    topic.watch(this, "failures", {
      name: `${service}-failures`,
      description: "The service answers with errors of its own (5xx): its log says why, by request id",
      runbook: "roll-back",
      ...own,
      metric: "errors",
      statistic: "Sum",
      threshold: 5,
      minutes: 1,
    });
    topic.watch(this, "throttles", {
      name: `${service}-throttles`,
      description: "Requests are turned away: raise reservedConcurrency, then make capacity",
      ...metrics,
      metric: "Throttles",
      statistic: "Sum",
      threshold: 0,
      minutes: 1,
    });
    topic.watch(this, "concurrency", {
      name: `${service}-concurrency`,
      description: `More than 80 % of the ${settings.reservedConcurrency} instances are busy: raise reservedConcurrency, then make capacity and make quotas`,
      ...metrics,
      metric: "ConcurrentExecutions",
      statistic: "Maximum",
      threshold: Math.floor(settings.reservedConcurrency * 0.8),
    });
    topic.watch(this, "dead-letters", {
      name: `${service}-dead-letters`,
      description: "An event failed for good: read it in the dead-letter queue, mend the cause, send it again",
      runbook: "dead-letters",
      namespace: "AWS/SQS",
      dimensions: { QueueName: deadLetters.name },
      metric: "ApproximateNumberOfMessagesVisible",
      statistic: "Maximum",
      threshold: 0,
      minutes: 1,
    });
    if (!uses.includes("imports")) return;
    topic.watch(this, "imports-failed", {
      name: `${service}-imports-failed`,
      description:
        "A file was not imported: the log says why (nothing imported, import not finished), its queue brings it again",
      runbook: "failed-import",
      ...own,
      metric: "importsFailed",
      statistic: "Sum",
      threshold: 0,
      minutes: 1,
    });
    topic.watch(this, "imports-waiting", {
      name: `${service}-imports-waiting`,
      description: "A file waits, or failed, for longer than two deliveries take: more come than the function takes",
      runbook: "failed-import",
      namespace: "AWS/SQS",
      dimensions: { QueueName: messageQueueName(PlatformStack.of(this).prefix, service) },
      metric: "ApproximateAgeOfOldestMessage",
      statistic: "Maximum",
      threshold: 2 * settings.timeout,
    });
  }
}

import { Construct } from "constructs";
import type { AlarmTopic } from "./alarm-topic";
import type { HttpApi } from "./http-api";

export interface AvailabilityAlarmsProps {
  readonly topic: AlarmTopic;
  readonly api: HttpApi;
  /** Percent of requests, over 30 days, that are not answered with a 5xx. */
  readonly availability: number;
}

/**
 * How many times faster than in 30 days the error budget is used up, over a long window and still in a short one, so that an
 * alarm ends soon after its cause: 2 % of the budget in an hour, 5 % in six. https://sre.google/workbook/alerting-on-slos/, table 5-8
 */
const burns = [
  { pace: "fast", rate: 14.4, windows: [60, 5] },
  { pace: "slow", rate: 6, windows: [360, 30] },
] as const;

/** Tells when the API is about to miss its objective, and says nothing of what the objective allows. */
export class AvailabilityAlarms extends Construct {
  constructor(scope: Construct, id: string, { topic, api, availability }: AvailabilityAlarmsProps) {
    super(scope, id);
    for (const { pace, rate, windows } of burns) {
      const threshold = Number((rate * (1 - availability / 100)).toPrecision(4));
      const parts = windows.map((minutes) =>
        topic.watch(this, `${pace}-${minutes}`, {
          name: `api-errors-${minutes}m`,
          description: `Part of api-budget-${pace}: more than ${threshold * 100} % of the requests of ${minutes} minutes failed`,
          namespace: "AWS/ApiGateway",
          dimensions: { ApiName: api.name, Stage: api.stageName },
          metric: "5XXError",
          statistic: "Average",
          threshold,
          minutes: 1,
          period: minutes,
          silent: true,
        }),
      );
      topic.watchTogether(this, pace, {
        name: `api-budget-${pace}`,
        description: `The errors that ${availability} % availability allows in 30 days are used up ${rate} times too fast: start with the last deployment and the functions' failures`,
        runbook: "roll-back",
        alarms: parts,
      });
    }
  }
}

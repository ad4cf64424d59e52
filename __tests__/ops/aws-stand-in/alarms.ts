import { arn, json, type Operation, type Request, text } from "./call";

/** CloudWatch's alarms: those added, each with its state. */
export class Alarms {
  readonly states = new Map<string, "OK" | "ALARM" | "INSUFFICIENT_DATA">();

  operation(action: string, request: Request): Operation {
    const { AlarmNames } = json(request);
    const names = Array.isArray(AlarmNames) ? AlarmNames.map(text) : [];
    return {
      action: `cloudwatch:${action}`,
      calls: names.map((name) => ({
        action: `cloudwatch:${action}`,
        resource: arn("cloudwatch", `alarm:${name}`),
        context: {},
      })),
      answer: () => ({
        MetricAlarms: names.flatMap((name) => {
          const StateValue = this.states.get(name);
          return StateValue ? [{ AlarmName: name, StateValue, StateReason: "Threshold Crossed" }] : [];
        }),
        CompositeAlarms: [],
      }),
    };
  }
}

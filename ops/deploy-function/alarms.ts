import { type CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { Failure } from "../../runtime/failure";

/** The alarms that fire, of those named. @throws Failure when one does not exist: nobody would see what it watches */
export async function firingAlarms(cloudwatch: CloudWatchClient, names: readonly string[]): Promise<MetricAlarm[]> {
  const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [...names] }));
  const missing = names.filter((name) => !MetricAlarms.some(({ AlarmName }) => AlarmName === name));
  if (missing.length > 0) {
    throw new Failure(`a release is watched by alarms that must exist, got none named ${missing.join(", ")}`);
  }
  return MetricAlarms.filter(({ StateValue }) => StateValue === "ALARM");
}

/** `alarm development-preferences-errors fires: Threshold Crossed: ...` */
export function describeAlarms(alarms: readonly MetricAlarm[]): string {
  return alarms.map(({ AlarmName, StateReason }) => `alarm ${AlarmName} fires: ${StateReason}`).join("; ");
}

import { recoveryPointHours } from "../../config/recovery-points";
import { exampleEnvironment } from "../platform-fixture";
import { resources } from "../stacks/synthesized";

const windows = resources({ environments: [exampleEnvironment] })
  .filter(({ type }) => type === "aws_rds_cluster")
  .flatMap(({ settings }) => [settings.preferred_backup_window, settings.preferred_maintenance_window].map(String));
const minutes = (time: string) => {
  const [hour = Number.NaN, minute = Number.NaN] = time.split(":").map(Number);
  return hour * 60 + minute;
};

describe.each([6, 8, 12, 24])("every %i hours", (everyHours) => {
  const hours = recoveryPointHours({ everyHours });

  test("each recovery point comes as long after the one before, over midnight too", () => {
    expect(hours).toHaveLength(24 / everyHours);
    const gaps = hours.map((hour, index) => (hours[index + 1] ?? (hours[0] ?? Number.NaN) + 24) - hour);
    expect(new Set(gaps)).toEqual(new Set([everyHours]));
  });

  test("none is begun in a window of Aurora's, nor in the hour before one", () => {
    expect(windows).toHaveLength(2);
    for (const window of windows) {
      const [from = Number.NaN, to = Number.NaN] = [...window.matchAll(/\d\d:\d\d/g)].map(([time]) => minutes(time));
      const begun = hours.map((hour) => hour * 60 + 15);
      // A day's last windows are in the morning: none reaches over midnight.
      expect(from).toBeLessThan(to);
      expect(begun.filter((minute) => minute + 60 > from && minute < to)).toEqual([]);
    }
  });
});

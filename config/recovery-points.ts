import type { BackupSettings } from "./environment";

/** When the day's first recovery point is made, UTC: after Aurora's own backup and maintenance windows, constructs/postgres-cluster.ts. */
const firstHour = 5;

/** The hours of a day, UTC, at a quarter past which a recovery point is made, in ascending order. */
export function recoveryPointHours({ everyHours }: Pick<BackupSettings, "everyHours">): number[] {
  const hours = Array.from({ length: 24 / everyHours }, (_, index) => (firstHour + index * everyHours) % 24);
  return hours.sort((a, b) => a - b);
}

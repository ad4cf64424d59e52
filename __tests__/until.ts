import { setTimeout as delay } from "node:timers/promises";

/** Resolves when it holds, for what tells of itself to nobody; the test's own time is the limit. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await delay(20);
}

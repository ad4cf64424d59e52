import { setTimeout } from "node:timers/promises";

/** Waits `milliseconds`. @throws the signal's reason, as soon as it aborts */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  // The timer rejects with an AbortError of its own, which hides why.
  await setTimeout(milliseconds, undefined, { signal }).catch(() => {});
  signal.throwIfAborted();
}

/** A signal that aborts with `reason` after `seconds`; it keeps no process alive. */
export function deadline(seconds: number, reason: Error): AbortSignal {
  const controller = new AbortController();
  void setTimeout(seconds * 1_000, undefined, { ref: false }).then(() => controller.abort(reason));
  return controller.signal;
}

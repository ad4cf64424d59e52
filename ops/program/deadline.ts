/** A signal that aborts with `reason` after `seconds`; it keeps no process alive. */
export function deadline(seconds: number, reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), seconds * 1_000).unref();
  return controller.signal;
}

/** Whether the program of this container answers, and without a fault of its own, as an exit code. */
const answer = await fetch(`http://127.0.0.1:${process.env.HTTP_PORT}/health`, {
  signal: AbortSignal.timeout(2_000),
}).catch(() => undefined);
// The S3 stand-in knows no such path, and says so: it works.
process.exitCode = answer !== undefined && answer.status < 500 ? 0 : 1;

export {};

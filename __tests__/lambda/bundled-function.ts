import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { bundleFunction } from "../../ops/build-functions/function-bundle";

export type BundledFunction = Awaited<ReturnType<typeof bundledFunction>>;

/** A service's bundle, in a folder of its own, to be called as Lambda does. */
export async function bundledFunction(service: string) {
  const folder = await mkdtemp(join(tmpdir(), "function-"));
  for (const { name, contents } of await bundleFunction(service)) await writeFile(join(folder, name), contents);
  return {
    invoke: invocations(folder),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Milliseconds that the function is told to have left; or so long a time, until it has asked so often. */
export type TimeLeft = number | { readonly asked: number };

const timeLeftSource = (left: TimeLeft) =>
  typeof left === "number" ? `() => ${left}` : `((asked) => () => (asked++ < ${left.asked} ? 28_000 : 1_000))(0)`;

const invocations =
  (folder: string) =>
  /**
   * One event in a fresh process that has the bundle's files alone. The process ends with the answer, and no write in the
   * background ends, as when Lambda freezes it: `lines` are those logged by then.
   * @param killed has the process killed when it resolves
   */
  async (
    event: object,
    env: Readonly<Record<string, string>> = {},
    timeLeft: TimeLeft = 28_000,
    killed?: Promise<unknown>,
  ): Promise<{ answer: unknown; lines: Record<string, unknown>[] }> => {
    const program = `(async () => {
      require("node:fs").write = () => undefined;
      const { handler } = await import(${JSON.stringify(join(folder, "index.mjs"))});
      const answer = await handler(${JSON.stringify(event)}, { awsRequestId: "request", getRemainingTimeInMillis: ${timeLeftSource(timeLeft)} });
      require("node:fs").writeSync(1, "answer " + JSON.stringify(answer ?? null));
      process.kill(process.pid, "SIGKILL");
    })()`;
    const child = spawn(process.execPath, ["-e", program], {
      cwd: folder,
      env: { PATH: process.env.PATH, AWS_REGION: "eu-west-1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    void killed?.then(() => child.kill("SIGKILL"));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    const [lines = "", answer] = stdout.split("answer ");
    if (answer === undefined) throw new Error(`the function ended without an answer: ${stderr}${stdout}`);
    return {
      answer: JSON.parse(answer),
      lines: lines
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
    };
  };

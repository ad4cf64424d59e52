import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../../dependencies/server";

/** A program of Node's that never says that it works. */
const start = (source: string, more: Partial<Parameters<typeof startServer>[0]> = {}) => {
  const stopped = new AbortController();
  const logged: string[] = [];
  const why = new Promise<string>((slow) => {
    startServer({
      command: [process.execPath, "-e", source],
      environment: {},
      readiness: "message",
      slowAfter: 100,
      signal: stopped.signal,
      log: (line) => logged.push(line),
      slow,
      ...more,
    }).catch(() => {});
  });
  return { why, logged, stop: () => stopped.abort() };
};

describe("a server that takes long to come up", () => {
  test("says what it waits for, and what it wrote last", async () => {
    const socket = join(mkdtempSync(join(tmpdir(), "server-")), "a.sock");
    const { why, logged, stop } = start('console.log("looking for the database"); setInterval(() => {}, 1000)', {
      socket,
      slowAfter: 1_000,
    });
    const words = `not ready after 1 s: its process runs, does not listen on ${socket} and has not said so by process.send("ready"); it wrote last: looking for the database`;
    expect(await why).toBe(words);
    expect(logged).toEqual(["looking for the database", words]);
    stop();
  });

  test("says that it has written nothing", async () => {
    const { why, stop } = start("setInterval(() => {}, 1000)");
    expect(await why).toBe(
      'not ready after 0.1 s: its process runs and has not said so by process.send("ready"); it has written nothing',
    );
    stop();
  });

  test("is not called slow when it is up in time, or ends", async () => {
    const slow: string[] = [];
    const options = {
      environment: {},
      readiness: "message",
      slowAfter: 60_000,
      slow: (why: string) => slow.push(why),
    } as const;
    const running = await startServer({
      ...options,
      command: [process.execPath, "-e", 'process.send("ready"); setInterval(() => {}, 1000)'],
    });
    await running.kill();
    await expect(startServer({ ...options, command: [process.execPath, "-e", ""] })).rejects.toThrow("exit code 0");
    expect(slow).toEqual([]);
  });
});

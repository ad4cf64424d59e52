import type { Running } from "../../../dependencies/server";
import type { Program } from "../../../local/supervisor/node-program";
import { Supervised, type SupervisionOptions } from "../../../local/supervisor/supervised";

/** A program whose processes end when the test says so. */
class Puppet {
  readonly name = "puppet";
  readonly group = "puppet";
  readonly kind: Program["kind"] = "http";
  readonly ends: ((how: string) => void)[] = [];
  readonly stops: number[] = [];
  #begun: (() => void)[] = [];

  async start(): Promise<Running> {
    const pid = this.ends.length + 1;
    const exited = new Promise<string>((resolve) => this.ends.push(resolve));
    for (const tell of this.#begun.splice(0)) tell();
    const stop = async () => {
      this.stops.push(pid);
      this.ends[pid - 1]?.("SIGTERM");
    };
    return { pid, exited, stop, kill: stop };
  }

  /** Resolves when the next process starts. */
  begins(): Promise<void> {
    return new Promise((resolve) => this.#begun.push(resolve));
  }
}

const supervise = (program: Program, options: Partial<SupervisionOptions> = {}) => {
  const lines: string[] = [];
  const supervised = new Supervised(program, {
    backOff: 1,
    log: (line) => lines.push(line),
    onProcess: () => {},
    ...options,
  });
  return { supervised, lines };
};

describe("a supervised program", () => {
  test("that ends by itself is started again, each time after twice the pause", async () => {
    const puppet = new Puppet();
    const { supervised, lines } = supervise(puppet);
    await supervised.start();
    for (const end of ["exit code 1", "SIGSEGV", "SIGKILL"]) {
      const next = puppet.begins();
      puppet.ends.at(-1)?.(end);
      await next;
    }
    expect(lines).toEqual([
      "ended (exit code 1); starts again in 0.001 s",
      "ended (SIGSEGV); starts again in 0.002 s",
      "ended (SIGKILL); starts again in 0.004 s",
    ]);
    expect(supervised.status).toMatchObject({ restarts: 3, reason: "SIGKILL" });
    await supervised.stop();
  });

  test("that ran long enough has its crashes forgiven: the pause begins anew", async () => {
    const puppet = new Puppet();
    const { supervised, lines } = supervise(puppet, { steadyAfter: 0 });
    await supervised.start();
    for (let turn = 0; turn < 8; turn += 1) {
      const next = puppet.begins();
      puppet.ends.at(-1)?.("exit code 1");
      await next;
    }
    expect(new Set(lines)).toEqual(new Set(["ended (exit code 1); starts again in 0.001 s"]));
    await supervised.stop();
  });

  test("that cannot start five times in a row is given up, with its reason", async () => {
    let starts = 0;
    const { supervised, lines } = supervise({
      name: "broken",
      group: "broken",
      kind: "http",
      start: async () => {
        starts += 1;
        throw new Error("no such file");
      },
    });
    await expect(supervised.start()).rejects.toThrow("no such file");
    expect(starts).toBe(5);
    expect(supervised.status).toMatchObject({ state: "failed", reason: "no such file" });
    expect(lines.at(-1)).toBe("ended (no such file) 5 times in a row soon after its start: given up");
  });

  test("that is stopped while it waits to start again stays stopped", async () => {
    const puppet = new Puppet();
    const { supervised } = supervise(puppet, { backOff: 60_000 });
    await supervised.start();
    puppet.ends[0]?.("exit code 1");
    await new Promise(setImmediate);
    expect(supervised.status.state).toBe("waiting");
    await supervised.stop();
    expect(supervised.status.state).toBe("stopped");
    expect(puppet.ends.length).toBe(1);
  });

  test("that is restarted is drained first, and starts with a clean record", async () => {
    const puppet = new Puppet();
    const { supervised } = supervise(puppet);
    await supervised.start();
    await supervised.restart();
    expect(puppet.stops).toEqual([1]);
    expect(supervised.status).toMatchObject({ state: "running", pid: 2, restarts: 0 });
    expect(supervised.status).not.toHaveProperty("reason");
    await supervised.stop();
  });
});

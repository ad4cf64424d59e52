import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../../dependencies/free-port";
import { ControlClient } from "../../local/control-client";
import type { PlatformStatus } from "../../local/control-server";
import { startOf } from "../../local/orphans";

/** A platform of fixture services in a process and folders of its own. Within the project: bundles look for packages there. */
export class RunningPlatform {
  readonly folder: string;
  readonly sources: string;
  readonly lines: string[] = [];
  readonly control: ControlClient;
  readonly #changed = new Set<() => void>();
  readonly #children: ChildProcess[] = [];
  #seen: number[] = [];

  private constructor(readonly port: number) {
    const root = join(process.cwd(), ".cache", "jest-platforms");
    mkdirSync(root, { recursive: true });
    const own = mkdtempSync(join(root, "p-"));
    this.folder = relative(process.cwd(), join(own, "state"));
    this.sources = relative(process.cwd(), join(own, "sources"));
    cpSync("__tests__/local/fixtures", this.sources, { recursive: true });
    this.control = new ControlClient(this.folder);
  }

  static async prepare(): Promise<RunningPlatform> {
    return new RunningPlatform(await freePort());
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts `make up` for these services, on this platform's port unless told otherwise. */
  run(services: string, port = this.port, more: Readonly<Record<string, string>> = {}): ChildProcess {
    this.lines.length = 0;
    const environment = { FOLDER: this.folder, SOURCES: this.sources, PORT: String(port), ONLY: services, ...more };
    const child = spawn(process.execPath, ["ops/run.mjs", "__tests__/local/fixtures/up.ts"], {
      env: { ...process.env, ...environment, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.push(child);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        this.lines.push(line);
        for (const look of this.#changed) look();
      });
    }
    return child;
  }

  async up(services = "web,worker", more: Readonly<Record<string, string>> = {}): Promise<ChildProcess> {
    const child = this.run(services, this.port, more);
    await Promise.race([
      this.line(/The platform is up/),
      once(child, "exit").then(([code]) => {
        throw new Error(`ended with ${code}:\n${this.lines.join("\n")}`);
      }),
    ]);
    await this.status();
    return child;
  }

  /** Resolves with the first line, of those so far and those to come, that matches. */
  line(pattern: RegExp): Promise<string> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.lines.find((line) => pattern.test(line));
        if (found === undefined) return;
        this.#changed.delete(look);
        resolve(found);
      };
      this.#changed.add(look);
      look();
    });
  }

  /** What runs; every process seen here is looked for at the end. */
  async status(): Promise<PlatformStatus> {
    const status = await this.control.status();
    this.#seen.push(status.pid, ...status.programs.flatMap(({ pid }) => pid ?? []));
    return status;
  }

  async program(name: string) {
    const found = (await this.status()).programs.find((program) => program.name === name);
    if (found === undefined) throw new Error(`${name} does not run`);
    return found;
  }

  /** The processes ever seen that are alive. */
  get alive(): readonly number[] {
    return [...new Set(this.#seen)].filter((pid) => startOf(pid) !== undefined);
  }

  async end(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    }
    rmSync(join(this.folder, ".."), { recursive: true, force: true });
  }
}

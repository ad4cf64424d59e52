import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Outcome, run } from "@platform/terraform";
import { z } from "zod";
import { type RehearsalProcess, startRehearsalInChild } from "../src/in-child";
import { overrideFile } from "../src/neutralise";

const state = z.object({
  values: z
    .object({
      outputs: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
      root_module: z
        .object({
          resources: z.array(z.object({ address: z.string(), values: z.record(z.string(), z.unknown()) })).default([]),
        })
        .default({ resources: [] }),
    })
    .default({ outputs: {}, root_module: { resources: [] } }),
});

/** The child's program from its sources. */
const fromSources = ["ops/run.mjs", "packages/rehearsal/src/child.ts"];

/** One stack's folder, with the real Terraform in it and the offline cloud behind it. */
export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  readonly out = join(this.folder, "cdktf.out");
  readonly drift = join(this.folder, "drift.json");
  #rehearsal: RehearsalProcess | undefined;
  #environment: Record<string, string> = {};
  #stack = this.folder;

  async start(): Promise<void> {
    this.#rehearsal = await startRehearsalInChild({ drift: this.drift, program: fromSources });
  }

  async stop(): Promise<void> {
    await this.#rehearsal?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * Synthesizes a program, makes it known to the offline cloud and initializes its stack.
   *
   * @param provisioners whether those of the program run, as they do nowhere else
   */
  async program(stack: string, synthesize: (out: string) => void, provisioners = false): Promise<void> {
    synthesize(this.out);
    this.#stack = join(this.out, "stacks", stack);
    this.#environment = (await this.#rehearsal?.prepare(this.out)) ?? {};
    if (provisioners) {
      const file = join(this.#stack, overrideFile(this.#stack));
      const { resource: _resource, ...override } = JSON.parse(readFileSync(file, "utf8"));
      writeFileSync(file, JSON.stringify(override));
    }
    const { code, stderr } = await this.terraform("init", "-input=false", "-reconfigure");
    if (code !== 0) throw new Error(stderr);
  }

  terraform(...args: string[]): Promise<Outcome> {
    const [command = "", ...rest] = args;
    return run("terraform", [command, ...rest, "-no-color"], this.#stack, this.env);
  }

  get stack(): string {
    return this.#stack;
  }

  get env(): NodeJS.ProcessEnv {
    return { ...process.env, ...this.#environment };
  }

  /** The state as it is stored: outputs, and the values of each resource by its address. */
  async state(): Promise<{ outputs: Record<string, unknown>; resources: Record<string, Record<string, unknown>> }> {
    const { stdout } = await run("terraform", ["show", "-json"], this.#stack, this.env);
    const { outputs, root_module } = state.parse(JSON.parse(stdout)).values;
    return {
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])),
      resources: Object.fromEntries(root_module.resources.map(({ address, values }) => [address, values])),
    };
  }

  /** Changes something in the cloud by hand; no changes take all earlier ones back. */
  changeByHand(...changes: object[]): void {
    writeFileSync(this.drift, JSON.stringify(changes));
  }
}

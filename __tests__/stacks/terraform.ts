import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "cdktf/lib/testing/adapters/jest";
import { type RehearsalProcess, startRehearsalInChild } from "@platform/rehearsal";
import { eachStack, readAssembly, Terraform } from "@platform/terraform";
import { App, Testing } from "cdktf";
import type { Environment } from "../../config/environment";
import { services } from "../../config/services";
import { platform } from "../../stacks/platform";

/** What the real Terraform says of every stack of an environment. One environment a file, so that they run side by side. */
export function describeTerraform(environment: Environment): void {
  Testing.setupJest();
  const folder = mkdtempSync(join(tmpdir(), "terraform-"));
  const out = join(folder, "cdktf.out");
  let rehearsal: RehearsalProcess;

  beforeAll(async () => {
    const bundle = join(folder, "bundle.zip");
    writeFileSync(bundle, "a function's code");
    const app = new App({ outdir: out });
    platform(app, { environments: [environment], services, bundle: () => bundle });
    app.synth();
    rehearsal = await startRehearsalInChild({ program: ["ops/run.mjs", "packages/rehearsal/src/child.ts"] });
    Object.assign(process.env, await rehearsal.prepare(out));
  });

  afterAll(async () => {
    await rehearsal.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test(`every stack of ${environment.name} is valid Terraform`, () => {
    expect(readAssembly(out)).toHaveLength(5);
    expect(out).toBeValidTerraform();
  });

  test(`every stack of ${environment.name} plans, after the stacks that it reads`, async () => {
    const stacks = readAssembly(out);
    const read = new Set(stacks.flatMap(({ dependencies }) => dependencies));
    const readByOthers = stacks.filter(({ name }) => read.has(name));
    expect(readByOthers.map(({ name }) => name)).toEqual([
      `${environment.name}-network`,
      `${environment.name}-database`,
    ]);
    await eachStack(readByOthers, 1, async (stack) => {
      const terraform = new Terraform(stack.folder, process.env);
      await terraform.plan();
      await terraform.apply();
    });
    expect(out).toPlanSuccessfully();
  });
}

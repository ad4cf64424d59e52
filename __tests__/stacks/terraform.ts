import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "cdktf/lib/testing/adapters/jest";
import { type RehearsalProcess, startRehearsalInChild } from "@platform/rehearsal";
import { eachStack, readAssembly, Terraform } from "@platform/terraform";
import { Testing } from "cdktf";
import type { Environment } from "../../config/environment";
import { realPlatform, withSynthesized } from "./synthesized";

/** What the real Terraform says of every stack of an environment. One environment a file, so that they run side by side. */
export function describeTerraform(environment: Environment): void {
  Testing.setupJest();
  const folder = mkdtempSync(join(tmpdir(), "terraform-"));
  const out = join(folder, "cdktf.out");
  let rehearsal: RehearsalProcess;

  beforeAll(async () => {
    withSynthesized(realPlatform, (synthesized) => cpSync(synthesized, out, { recursive: true }));
    keepStacks(out, (name) => name === "state" || name.startsWith(`${environment.name}-`));
    rehearsal = await startRehearsalInChild({ program: ["ops/run.mjs", "packages/rehearsal/src/child.ts"] });
    Object.assign(process.env, await rehearsal.prepare(out));
  });

  afterAll(async () => {
    await rehearsal.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test(`every stack of ${environment.name} is valid Terraform`, () => {
    expect(readAssembly(out)).toHaveLength(7);
    expect(out).toBeValidTerraform();
  });

  test(`every stack of ${environment.name} plans, after the stacks that it reads`, async () => {
    const stacks = readAssembly(out);
    const read = new Set(stacks.flatMap(({ dependencies }) => dependencies));
    const readByOthers = stacks.filter(({ name }) => read.has(name));
    expect(readByOthers.map(({ name }) => name)).toEqual([
      `${environment.name}-network`,
      `${environment.name}-database`,
      `${environment.name}-queue`,
    ]);
    await eachStack(readByOthers, 1, async (stack) => {
      const terraform = new Terraform(stack.folder, process.env);
      await terraform.plan();
      await terraform.apply();
    });
    expect(out).toPlanSuccessfully();
  });
}

/** Takes the other stacks out of what was synthesized, as ENV does. */
function keepStacks(out: string, isKept: (name: string) => boolean): void {
  const file = join(out, "manifest.json");
  const manifest: { readonly stacks: Readonly<Record<string, object>> } = JSON.parse(readFileSync(file, "utf8"));
  const stacks = Object.fromEntries(Object.entries(manifest.stacks).filter(([name]) => isKept(name)));
  writeFileSync(file, JSON.stringify({ ...manifest, stacks }));
}

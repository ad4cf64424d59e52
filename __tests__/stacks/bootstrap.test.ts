import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Rehearsal, startRehearsal } from "@platform/rehearsal";
import { run, Terraform } from "@platform/terraform";
import { withSynthesized } from "./synthesized";

let folder: string;
let rehearsal: Rehearsal;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bootstrap-"));
  rehearsal = await startRehearsal();
});
afterAll(async () => {
  await rehearsal.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Synthesizes into the one folder that an operator has. */
async function synthesize(bootstrap: boolean): Promise<string> {
  const out = join(folder, "cdktf.out");
  withSynthesized({ bootstrap }, (synthesized) => cpSync(synthesized, out, { recursive: true }));
  await rehearsal.prepare(out);
  return join(out, "stacks", "state");
}

test("the state stack is applied from a local file, then its state moves into the bucket that it made", async () => {
  const environment = () => ({ ...process.env, ...rehearsal.environment() });

  const stack = await synthesize(true);
  // The rehearsal would keep this state in its bucket too: here it is to be in a file first, as at an operator's.
  const file = join(folder, "terraform.tfstate");
  const overrides = join(stack, "zz_rehearsal_override.tf.json");
  const { terraform, ...override } = JSON.parse(readFileSync(overrides, "utf8"));
  const backend = { local: { path: file } };
  writeFileSync(overrides, JSON.stringify({ ...override, terraform: { ...terraform, backend } }));
  const local = new Terraform(stack, environment());
  await local.init();
  expect((await local.plan()).changes).toBe(true);
  await local.apply();
  expect(JSON.parse(readFileSync(file, "utf8")).resources.length).toBeGreaterThan(10);

  await synthesize(false);
  const moved = await run("terraform", ["init", "-migrate-state", "-force-copy", "-no-color"], stack, environment());
  expect(moved).toMatchObject({ code: 0, stdout: expect.stringContaining('Successfully configured the backend "s3"') });
  rmSync(file);
  expect((await new Terraform(stack, environment()).plan()).changes).toBe(false);
});

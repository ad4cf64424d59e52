import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ObjectValue, run, Terraform } from "@platform/terraform";
import fc from "fast-check";
import { inherited } from "../src/environment";
import { type Rehearsal, startRehearsal } from "../src/rehearsal";
import { programs } from "./generated";
import { synthesized } from "./programs/written";

jest.setTimeout(300_000);

/** How many programs are made up, and for how long: `GENERATED=1000 npx jest generated`. */
const numRuns = Number(process.env.GENERATED ?? 5);
const most = numRuns * 20_000;

const folder = mkdtempSync(join(tmpdir(), "generated-"));
let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(async () => {
  await rehearsal.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Terraform in a stack of that configuration, initialized. */
async function stackOf(name: string, configuration: ObjectValue) {
  const [prepared] = await rehearsal.prepare(synthesized(join(folder, name), { [name]: configuration }));
  if (prepared === undefined) throw new Error("no stack");
  expect(prepared.problem).toBeUndefined();
  const env = { ...inherited(), ...rehearsal.environment() };
  const terraform = new Terraform(prepared.folder, env);
  await terraform.init();
  return { terraform, list: async () => (await run("terraform", ["state", "list"], prepared.folder, env)).stdout };
}

async function expectNoDifference(terraform: Terraform): Promise<void> {
  const { changes, text } = await terraform.difference();
  expect(changes ? text : "").toBe("");
}

test(
  "whatever a program says and becomes: its plan is applied as it was, a second plan is empty, and a destroy leaves nothing",
  async () => {
    let made = 0;
    const everyStep = fc.asyncProperty(programs, async ({ before, after }) => {
      const name = `generated-${made++}`;
      const { terraform } = await stackOf(name, before);
      const planned = Number(/(\d+) to add/.exec((await terraform.plan()).text)?.[1] ?? 0);
      // Terraform itself compares what is made with what was planned, attribute by attribute.
      expect((await terraform.apply()).added).toBe(planned);
      await expectNoDifference(terraform);
      const changed = await stackOf(name, after);
      await changed.terraform.plan();
      await changed.terraform.apply();
      await expectNoDifference(changed.terraform);
      await changed.terraform.applyAtOnce(["-destroy"]);
      expect(await changed.list()).toBe("");
    });
    // A failure names the seed and the path to run it again with.
    await fc.assert(everyStep, { numRuns, endOnFailure: true, interruptAfterTimeLimit: most });
  },
  most + 60_000,
);

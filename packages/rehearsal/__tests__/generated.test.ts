import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "@platform/terraform";
import fc from "fast-check";
import { inherited } from "../src/environment";
import { type Rehearsal, startRehearsal } from "../src/rehearsal";
import { configurations } from "./generated";
import { synthesized } from "./programs/written";

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), "generated-"));
let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(async () => {
  await rehearsal.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("whatever a program says: its plan is applied as it was, a second plan is empty, and a destroy leaves nothing", async () => {
  let programs = 0;
  const everyStep = fc.asyncProperty(configurations, async (configuration) => {
    const stack = `generated-${programs++}`;
    const [prepared] = await rehearsal.prepare(synthesized(join(folder, stack), { [stack]: configuration }));
    if (prepared === undefined) throw new Error("no stack");
    expect(prepared.problem).toBeUndefined();
    const env = { ...inherited(), ...rehearsal.environment() };
    const terraform = async (...[command = "", ...args]: string[]) => {
      const { code, stdout, stderr } = await run("terraform", [command, "-no-color", ...args], prepared.folder, env);
      if (code !== 0) throw new Error(stderr || stdout);
      return stdout;
    };
    await terraform("init");
    const planned = /(\d+) to add/.exec(await terraform("plan", "-out=tfplan"))?.[1];
    // Terraform itself compares what is made with what was planned, attribute by attribute.
    const added = /(\d+) added/.exec(await terraform("apply", "tfplan"))?.[1];
    expect(added).toBe(planned);
    await terraform("plan", "-detailed-exitcode");
    await terraform("apply", "-destroy", "-auto-approve");
    expect(await terraform("show")).toContain("The state file is empty.");
  });
  await fc.assert(everyStep, { numRuns: 8, endOnFailure: true });
});

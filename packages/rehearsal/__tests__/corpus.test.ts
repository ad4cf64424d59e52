import { join } from "node:path";
import { Terraform } from "@platform/terraform";
import { inherited } from "../src/environment";
import { type Rehearsal, startRehearsal } from "../src/rehearsal";
import { workingCopy } from "../src/working-copy";
import { folders } from "./corpus/folders";
import { lifecycles } from "./corpus/lifecycles";
import { modules } from "./corpus/modules";
import type { Program } from "./corpus/program";
import { providers } from "./corpus/providers";
import { services } from "./corpus/services";
import { settings } from "./corpus/settings";
import { synthesizedPrograms } from "./corpus/synthesized";
import { values } from "./corpus/values";
import { programFolder } from "./program-folder";
import { synthesized, written } from "./programs/written";

jest.setTimeout(300_000);

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.stop());
const folder = programFolder("corpus");

const corpus = [
  ...folders,
  ...values,
  ...modules,
  ...settings,
  ...lifecycles,
  ...providers,
  ...synthesizedPrograms,
  ...services,
];

test.each(corpus.map((program, index) => [program.name, program, index] as const))(
  "%s: is planned, applied, planned empty and destroyed",
  async (_name, program, index) => {
    const copy = await workingCopy(writtenTo(join(folder, String(index)), program));
    const stacks = await rehearsal.prepare(copy);
    expect(stacks.flatMap(({ problem }) => problem ?? [])).toEqual([]);
    const env = { ...inherited(), ...rehearsal.environment(), ...variables(program) };
    let planned = 0;
    let added = 0;
    for (const stack of stacks) {
      const terraform = new Terraform(stack.folder, env);
      await terraform.init({ modules: false });
      planned += Number(/(\d+) to add/.exec((await terraform.plan()).text)?.[1]);
      added += (await terraform.apply()).added;
      const { changes, text } = await terraform.difference();
      expect(changes ? text : "").toBe("");
    }
    expect({ planned, added }).toEqual({ planned: program.resources, added: program.resources });
    let destroyed = 0;
    for (const stack of stacks.toReversed()) {
      rehearsal.liftProtection(stack);
      destroyed += (await new Terraform(stack.folder, env).applyAtOnce(["-destroy"])).destroyed;
    }
    expect(destroyed).toBe(program.resources + (program.imported ?? 0));
    copy.remove();
  },
);

const variables = (program: Program) =>
  Object.fromEntries(Object.entries(program.variables ?? {}).map(([name, value]) => [`TF_VAR_${name}`, value]));

function writtenTo(at: string, { files = {}, stacks, root = "" }: Program): string {
  if (stacks !== undefined) synthesized(at, stacks);
  return join(written(at, files), root);
}

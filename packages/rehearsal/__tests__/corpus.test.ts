import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "@platform/terraform";
import { inherited } from "../src/environment";
import { type Rehearsal, startRehearsal } from "../src/rehearsal";
import { workingCopy } from "../src/working-copy";
import { folders } from "./corpus/folders";
import { modules } from "./corpus/modules";
import type { Program } from "./corpus/program";
import { services } from "./corpus/services";
import { synthesizedPrograms } from "./corpus/synthesized";
import { values } from "./corpus/values";
import { synthesized, written } from "./programs/written";

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), "corpus-"));
const globals = new Set(Object.getOwnPropertyNames(globalThis));
let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(async () => {
  await rehearsal.stop();
  rmSync(folder, { recursive: true, force: true });
  // The parser of HCL is a Go program in WebAssembly: what it leaves is too deep for jest to clean up.
  for (const name of Object.getOwnPropertyNames(globalThis))
    if (!globals.has(name)) Reflect.deleteProperty(globalThis, name);
});

const corpus = [...folders, ...values, ...modules, ...synthesizedPrograms, ...services];

test.each(corpus.map((program, index) => [program.name, program, index] as const))(
  "%s: is planned, applied, planned empty and destroyed",
  async (_name, program, index) => {
    const copy = await workingCopy(writtenTo(join(folder, String(index)), program));
    const stacks = await rehearsal.prepare(copy);
    expect(stacks.flatMap(({ problem }) => problem ?? [])).toEqual([]);
    const env = { ...inherited(), ...rehearsal.environment(), ...variables(program) };
    const terraform = async (at: string, command: string, ...args: string[]) => {
      const { code, stdout, stderr } = await run("terraform", [command, "-no-color", ...args], at, env);
      if (code !== 0) throw new Error(stderr || stdout);
      return stdout;
    };
    let planned = 0;
    let added = 0;
    for (const { folder: at } of stacks) {
      await terraform(at, "init", "-get=false");
      planned += count(await terraform(at, "plan", "-out=tfplan"), /(\d+) to add/);
      added += count(await terraform(at, "apply", "tfplan"), /(\d+) added/);
      await terraform(at, "plan", "-detailed-exitcode");
    }
    expect({ planned, added }).toEqual({ planned: program.resources, added: program.resources });
    for (const { folder: at } of stacks.toReversed()) {
      await terraform(at, "apply", "-destroy", "-auto-approve");
      expect(await terraform(at, "show")).toContain("The state file is empty.");
    }
    copy.remove();
  },
);

const count = (text: string, expression: RegExp) => Number(expression.exec(text)?.[1] ?? Number.NaN);

const variables = (program: Program) =>
  Object.fromEntries(Object.entries(program.variables ?? {}).map(([name, value]) => [`TF_VAR_${name}`, value]));

function writtenTo(at: string, { files = {}, stacks, root = "" }: Program): string {
  if (stacks !== undefined) synthesized(at, stacks);
  return join(written(at, files), root);
}

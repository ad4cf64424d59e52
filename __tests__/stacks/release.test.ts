import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planStacks } from "@platform/rehearsal";
import { App } from "cdktf";
import { platform } from "../../stacks/platform";
import { exampleEnvironment, exampleServices } from "../platform-fixture";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "release-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function synthesized(name: string, code: string): string {
  const out = join(folder, name);
  const bundle = join(folder, `${name}.zip`);
  writeFileSync(bundle, code);
  const app = new App({ outdir: out });
  platform(app, { environments: [exampleEnvironment], services: exampleServices, bundle: () => bundle });
  app.synth();
  return out;
}

/** Plans the api stack of `out` where `from` stands, with what has changed since by other hands. */
async function changes(from: string, out: string, drift: readonly object[]) {
  const file = join(folder, "drift.json");
  writeFileSync(file, JSON.stringify(drift));
  const plans = await planStacks({ from, out, drift: file, stacks: ["development-api"] }, () => {});
  return plans.map(({ stack, add, change, replace, destroy }) => [stack, add + change + replace + destroy]);
}

const unchanged = [
  ["development-network", 0],
  ["development-database", 0],
];

test("what the pipeline releases is no drift: neither new code nor a moved alias shows in a plan", async () => {
  const first = synthesized("first", "the first version");
  const second = synthesized("second", "a later version, built since");
  const released = [
    { type: "aws_lambda_function", set: { source_code_hash: "a-later-hash", version: "7" } },
    {
      type: "aws_lambda_alias",
      set: { function_version: "7", routing_config: [{ additional_version_weights: { "8": 0.1 } }] },
    },
  ];
  expect(await changes(first, second, released)).toEqual([...unchanged, ["development-api", 0]]);
});

test("what somebody changed by hand is drift", async () => {
  const first = synthesized("first", "the first version");
  const byHand = [{ type: "aws_lambda_function", set: { timeout: 900 } }];
  expect(await changes(first, first, byHand)).toEqual([...unchanged, ["development-api", 1]]);
});

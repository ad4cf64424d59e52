import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planStacks } from "@platform/rehearsal";
import { exampleEnvironment, exampleServices } from "../platform-fixture";
import { withSynthesized } from "./synthesized";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "release-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = { environments: [exampleEnvironment], services: exampleServices };
const synthesized = (options = {}) => withSynthesized({ ...program, ...options }, (out) => out);

/** Plans the api stack of `out` where `from` stands, with what has changed since by other hands. */
async function changes(from: string, out: string, drift: readonly object[]) {
  const file = join(folder, "drift.json");
  writeFileSync(file, JSON.stringify(drift));
  const { stacks } = await planStacks({ from, folder: out, drift: file, stacks: ["development-api"] });
  return stacks.map(({ stack, add, change, replace, destroy }) => [stack, add + change + replace + destroy]);
}

const unchanged = [
  ["development-network", 0],
  ["development-database", 0],
];

test("what the pipeline releases is no drift: neither new code nor a moved alias shows in a plan", async () => {
  const first = synthesized();
  const second = synthesized({ code: "a later version" });
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
  const first = synthesized();
  const byHand = [{ type: "aws_lambda_function", set: { timeout: 900 } }];
  expect(await changes(first, first, byHand)).toEqual([...unchanged, ["development-api", 1]]);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planStacks } from "@platform/rehearsal";
import { catalogue, exampleEnvironment, exampleServices } from "../platform-fixture";
import { withSynthesized } from "./synthesized";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "release-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = { environments: [exampleEnvironment], services: [catalogue] };
const synthesized = (options = {}) => withSynthesized({ ...program, ...options }, (out) => out);

/** Plans a stack of `out` where `from` stands, with what has changed since by other hands. */
async function changes(from: string, out: string, drift: readonly object[], stack = "development-api") {
  const file = join(folder, "drift.json");
  writeFileSync(file, JSON.stringify(drift));
  const { stacks } = await planStacks({ from, folder: out, drift: file, stacks: [stack] });
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

describe("a worker", () => {
  const stack = "development-workers";
  const changed = async (set: object) => {
    const out = synthesized({ services: exampleServices });
    const found = await changes(out, out, [{ type: "aws_ecs_service", set }], stack);
    return found.find(([name]) => name === stack);
  };

  test("that the pipeline gave another revision, and autoscaling more tasks, has not drifted", async () => {
    expect(await changed({ task_definition: "development-shipping:7", desired_count: 3 })).toEqual([stack, 0]);
  });

  test("into which somebody opened a shell has", async () => {
    expect(await changed({ enable_execute_command: true })).toEqual([stack, 1]);
  });
});

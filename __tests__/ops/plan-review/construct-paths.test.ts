import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { constructPaths, fromName } from "../../../packages/plan-review/src/construct-paths";
import { resources, withSynthesized } from "../../stacks/synthesized";

test("the path is the one that cdktf notes", async () => {
  const [vpc] = resources().filter(({ type, stack }) => type === "aws_vpc" && stack === "production-network");
  const path = withSynthesized({}, async (folder) =>
    (await constructPaths(folder, "production-network"))("aws_vpc", vpc?.name ?? ""),
  );
  expect(await path).toBe("vpc/vpc");
});

test("without cdktf's notes the path is told from the name", async () => {
  expect((await constructPaths(undefined, "network"))("aws_subnet", "subnets_private-a_8E16C019")).toBe(
    "subnets/private-a",
  );
  expect(fromName("aws_iam_user", "user")).toBe("user");
});

test("a synthesized stack that is cut off is refused", async () => {
  const folder = mkdtempSync(join(tmpdir(), "construct-paths-"));
  mkdirSync(join(folder, "stacks", "network"), { recursive: true });
  writeFileSync(join(folder, "stacks", "network", "cdk.tf.json"), '{"resource":');
  await expect(constructPaths(folder, "network")).rejects.toThrow(/cdk\.tf\.json is not whole JSON: synthesize again/);
  rmSync(folder, { recursive: true });
});

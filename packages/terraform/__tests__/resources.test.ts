import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { Resource } from "@cdktf/provider-null/lib/resource";
import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { constructPaths, pathFromName, readAssembly, resourcesOf, type Stack } from "../src";

const folder = mkdtempSync(join(tmpdir(), "resources-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A stack with one resource, whose construct is `cluster/parameters`. */
function synthesize(): Stack {
  const app = new App({ outdir: folder });
  const stack = new TerraformStack(app, "network");
  new NullProvider(stack, "null");
  new Resource(new Construct(stack, "cluster"), "parameters", { triggers: { size: "small" } });
  app.synth();
  const [read] = readAssembly(folder);
  if (read === undefined) throw new Error("no stack");
  return read;
}

test("a resource has its type, name, construct path and settings", () => {
  expect(resourcesOf(synthesize())).toEqual([
    {
      stack: "network",
      type: "null_resource",
      name: expect.stringMatching(/^cluster_parameters_[0-9A-F]{8}$/),
      path: "cluster/parameters",
      settings: { triggers: { size: "small" } },
    },
  ]);
});

test("the construct path is the one in cdktf's metadata", () => {
  const stack = synthesize();
  const [resource] = resourcesOf(stack);
  expect(constructPaths(stack)("null_resource", resource?.name ?? "")).toBe("cluster/parameters");
});

test("without cdktf's metadata the construct path comes from the resource's name", () => {
  expect(constructPaths(undefined)("aws_subnet", "subnets_private-a_8E16C019")).toBe("subnets/private-a");
  expect(constructPaths(synthesize())("aws_subnet", "subnets_private-a_8E16C019")).toBe("subnets/private-a");
  expect(pathFromName("user")).toBe("user");
});

test("a synthesized stack that is cut off is refused", () => {
  synthesize();
  truncateSync(join(folder, "stacks", "network", "cdk.tf.json"), 14);
  expect(() => readAssembly(folder)).toThrow(/cdk\.tf\.json is not whole JSON: synthesize again/);
});

import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";
import { lambdaRuntime, shippedNode, shippedTarget } from "../config/node";

const read = (file: string) => readFileSync(file, "utf8");
const packageFiles = [
  "package.json",
  ...["architecture", "plan-review", "rehearsal", "terraform"].map((name) => `packages/${name}/package.json`),
];

test("one version of Node runs what is shipped: images, the pipeline's jobs, functions, the migration job", () => {
  expect(shippedNode).toMatch(/^\d+\.\d+\.\d+$/);
  const [major] = shippedNode.split(".");
  const images = [...`${read("Dockerfile")}\n${read(".gitlab-ci.yml")}`.matchAll(/\bnode:(\d[\w.]*)/g)];
  expect(images.length).toBeGreaterThan(1);
  expect(new Set(images.map(([, version]) => version))).toEqual(new Set([shippedNode]));
  const BuildSpec = z.object({
    phases: z.object({ install: z.object({ "runtime-versions": z.object({ nodejs: z.number() }) }) }),
  });
  const { phases } = BuildSpec.parse(parse(read("ops/build-migrations/buildspec.yml")));
  expect(String(phases.install["runtime-versions"].nodejs)).toBe(major);
  expect(lambdaRuntime).toBe(`nodejs${major}.x`);
  expect(shippedTarget).toBe(`node${major}`);
});

test("tools run on the same versions of Node, and on the one that is shipped", () => {
  const floors = packageFiles.map(
    (file) => z.object({ engines: z.object({ node: z.string() }) }).parse(JSON.parse(read(file))).engines.node,
  );
  expect(new Set(floors).size).toBe(1);
  const [, floor] = /^>=(\d+)/.exec(floors[0] ?? "") ?? [];
  expect(Number(shippedNode.split(".")[0])).toBeGreaterThanOrEqual(Number(floor));
});

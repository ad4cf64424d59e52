import { partialPlan } from "../../src/rules/plans";
import { stackPlan } from "../plans";

test("a plan of a part, as with -target, is looked at, and so is one that defers changes, with what it defers", () => {
  const targeted = stackPlan({ stack: "api", document: { complete: false } });
  expect(partialPlan.aboutAll([targeted])).toContainEqual({ quoted: "api" });
  const deferring = stackPlan({
    stack: "cluster",
    document: {
      complete: false,
      deferred_changes: [{ reason: "instance_count_unknown", resource_change: { address: "aws_instance.node[*]" } }],
    },
  });
  expect(partialPlan.aboutAll([targeted, deferring])).toContainEqual({ quoted: "api; cluster: aws_instance.node[*]" });
});

test("a whole plan is none, and so is one of a Terraform that does not say whether it is whole", () => {
  expect(
    partialPlan.aboutAll([stackPlan({ document: { complete: true, deferred_changes: [] } }), stackPlan({})]),
  ).toBeUndefined();
});

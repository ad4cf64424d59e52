import { stackGone } from "../../src/rules/plans";
import { goneStack } from "../../src/stack-plan";
import { stackPlan } from "../plans";

test("a stack that the source has no more is looked at, one without changes is none", () => {
  expect(stackGone.aboutAll([stackPlan({}), goneStack("reports")])).toContainEqual({ quoted: "reports" });
  expect(stackGone.aboutAll([stackPlan({})])).toBeUndefined();
});

import { manyChanges } from "../../src/rules/plans";
import { stackPlan } from "../plans";

const changes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `topic-${index}`, after: { name: "x" } }));

test("30 changes over all stacks are read with care, 31 are not", () => {
  expect(
    manyChanges.aboutAll([stackPlan({ changes: changes(15) }), stackPlan({ changes: changes(15) })]),
  ).toBeUndefined();
  expect(manyChanges.aboutAll([stackPlan({ changes: changes(31) })])).toContainEqual({ quoted: "31" });
});

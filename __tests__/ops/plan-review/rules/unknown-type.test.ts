import { unknownType } from "../../../../packages/plan-review/src/rules/unknown-type";
import { realPlatform, resources } from "../../../stacks/synthesized";
import { says } from "../plans";

test("a type that no rule knows is looked at", () => {
  expect(says(unknownType, { type: "aws_new_thing", after: {} })).toBe("aws_new_thing");
  expect(says(unknownType, { type: "aws_lambda_function", after: {} })).toBeUndefined();
});

test("every type that the stacks use is known", () => {
  const types = new Set(resources({ ...realPlatform, bootstrap: true }).map(({ type }) => type));
  expect([...types].filter((type) => says(unknownType, { type, after: {} }) !== undefined)).toEqual([]);
});

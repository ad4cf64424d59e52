import { unknownType } from "../../src/rules/loss";
import { says } from "../plans";

test("a type that no rule knows is looked at", () => {
  expect(says(unknownType, { type: "aws_new_thing", after: {} })).toBe("aws_new_thing");
  expect(says(unknownType, { type: "aws_lambda_function", after: {} })).toBeUndefined();
});

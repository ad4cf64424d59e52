import { destroyed } from "../../src/rules/loss";
import { says } from "../plans";

test("a removed resource is looked at, a new one is none", () => {
  expect(says(destroyed, { type: "aws_lambda_function", before: { a: 1 } })).toBe("aws_lambda_function");
  expect(says(destroyed, { type: "aws_lambda_function", after: { a: 1 } })).toBeUndefined();
});

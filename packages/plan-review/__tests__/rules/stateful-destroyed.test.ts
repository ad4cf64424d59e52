import { statefulDestroyed } from "../../src/rules/loss";
import { says } from "../plans";

test.each([
  "aws_rds_cluster",
  "aws_s3_bucket",
  "aws_dynamodb_table",
  "aws_kms_key",
  "aws_route53_zone",
  "aws_iam_user",
])("%s deleted or replaced is a stop, changed is none", (type) => {
  expect(says(statefulDestroyed, { type, before: { a: 1 } })).toBe(`${type} is deleted`);
  const both = { type, before: { a: 1 }, after: { a: 2 } };
  expect(says(statefulDestroyed, { ...both, replacedFor: ["a"] })).toBe(`${type} is replaced for a`);
  expect(says(statefulDestroyed, both)).toBeUndefined();
});

test("a type that nobody has thought about may hold data", () => {
  expect(says(statefulDestroyed, { type: "aws_new_thing", before: {} })).toBe("aws_new_thing is deleted");
});

test("what can be built again may go", () => {
  expect(says(statefulDestroyed, { type: "aws_cloudwatch_metric_alarm", before: {} })).toBeUndefined();
});

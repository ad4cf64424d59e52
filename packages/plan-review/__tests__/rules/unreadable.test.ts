import { unreadable } from "../../src/rules/access";
import { allow, policy, says } from "../plans";

test("a policy or a block of addresses that changes in secret is a stop, another attribute is none", () => {
  const planned = (name: string) => ({ before: { [name]: "a" }, after: { [name]: "b" }, sensitive: { [name]: true } });
  expect(says(unreadable, planned("policy"))).toBe("policy is sensitive");
  expect(says(unreadable, planned("cidr_ipv4"))).toBe("cidr_ipv4 is sensitive");
  expect(says(unreadable, planned("display_name"))).toBeUndefined();
});

test("a policy in a form that the review does not know is a stop, not a text like any other", () => {
  const odd = JSON.stringify({ Statement: [{ Effect: "Allow", Action: { a: 1 }, Resource: "*" }] });
  expect(says(unreadable, { type: "aws_iam_policy", after: { policy: odd } })).toMatch(
    /^policy\.Statement.* is no policy/,
  );
  expect(says(unreadable, { type: "aws_iam_policy", after: { policy: policy(allow({})) } })).toBeUndefined();
});

test("a policy that says when images expire gives nobody access", () => {
  const rules = JSON.stringify({ rules: [{ rulePriority: 1, action: { type: "expire" } }] });
  expect(says(unreadable, { type: "aws_ecr_lifecycle_policy", after: { policy: rules } })).toBeUndefined();
  expect(says(unreadable, { type: "aws_ecr_repository_policy", after: { policy: rules } })).toMatch(/is no policy/);
});

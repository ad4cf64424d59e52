import { policyChange } from "../../src/rules/access";
import { allow, policy, says } from "../plans";

test("a policy that differs is looked at, wherever it stands", () => {
  const before = { assume_role_policy: policy(allow({})) };
  const after = { assume_role_policy: policy(allow({ Action: "s3:PutObject" })) };
  expect(says(policyChange, { type: "aws_iam_role", before, after })).toBe("assume_role_policy");
});

test("a policy known after apply is looked at", () => {
  const planned = { type: "aws_iam_policy", before: { policy: "old" }, after: {}, unknown: { policy: true } };
  expect(says(policyChange, planned)).toBe("policy");
});

test("what a user of a queue may do is looked at", () => {
  const [before, after] = [{ access_string: "on ~a:* +get" }, { access_string: "on ~a:* +get +set" }];
  expect(says(policyChange, { type: "aws_elasticache_user", before, after })).toBe("access_string");
});

test("an attachment that goes is looked at, a tag is none", () => {
  expect(says(policyChange, { type: "aws_iam_role_policy_attachment", before: { role: "a" } })).toBe(
    "aws_iam_role_policy_attachment is deleted",
  );
  const tags = { before: { tags: { a: "1" } }, after: { tags: { a: "2" } } };
  expect(says(policyChange, { type: "aws_iam_policy", ...tags })).toBeUndefined();
});

test("a policy that is only written in another order is none", () => {
  const one = policy(allow({ Sid: "A", Action: ["s3:a", "s3:b"] }), allow({ Sid: "B", Action: "s3:c" }));
  const other = policy(allow({ Sid: "B", Action: ["s3:c"] }), allow({ Sid: "A", Action: ["s3:b", "s3:a"] }));
  const planned = { before: { policy: one, name: "a" }, after: { policy: other, name: "b" } };
  expect(says(policyChange, { type: "aws_s3_bucket", ...planned })).toBeUndefined();
});

import { policyLoosened } from "../../src/rules/access";
import { allow, policy, says } from "../plans";

const type = "aws_s3_bucket_policy";
const deny = (more: object) => ({
  Sid: "No",
  Effect: "Deny",
  Action: ["s3:PutObject", "s3:GetObject"],
  Resource: "*",
  ...more,
});
const condition = { Bool: { "aws:SecureTransport": "false" } };

test.each([
  ["statement No denies less", [deny({})], []],
  ["statement No denies less", [deny({})], [deny({ Action: ["s3:PutObject"] })]],
  ["statement No denies less", [deny({})], [deny({ Condition: condition })]],
  ["statement No denies less", [deny({})], [deny({ Effect: "Allow" })]],
  ["statement One loses a condition", [allow({ Condition: condition })], [allow({})]],
])("%s is a stop", (sentence, before, after) => {
  const planned = { type, before: { policy: policy(...before, allow({ Sid: "Other", Action: "s3:ListBucket" })) } };
  expect(
    says(policyLoosened, {
      ...planned,
      after: { policy: policy(...after, allow({ Sid: "Other", Action: "s3:ListBucket" })) },
    }),
  ).toBe(sentence);
});

test("a Deny that names another resource in the place of one, or more, is none", () => {
  const one = { policy: policy(deny({ Resource: "arn:aws:s3:::one" })) };
  const other = { policy: policy(deny({ Resource: "arn:aws:s3:::other" })) };
  const both = { policy: policy(deny({ Resource: ["arn:aws:s3:::one", "arn:aws:s3:::other"] })) };
  expect(says(policyLoosened, { type, before: one, after: other })).toBeUndefined();
  expect(says(policyLoosened, { type, before: one, after: both })).toBeUndefined();
});

test("a role that loses its boundary is a stop, one that gets one is none", () => {
  const bound = { permissions_boundary: "arn:aws:iam::111122223333:policy/boundary" };
  expect(says(policyLoosened, { type: "aws_iam_role", before: bound, after: {} })).toBe(
    `boundary ${bound.permissions_boundary} → nothing`,
  );
  expect(says(policyLoosened, { type: "aws_iam_role", before: { name: "a" }, after: bound })).toBeUndefined();
});

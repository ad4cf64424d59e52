import { policyGainsWildcard } from "../../src/rules/access";
import { allow, policy, reference, says } from "../plans";

const type = "aws_iam_role_policy";
const before = { policy: policy(allow({})) };

test.each([
  ["statement One gains action *", allow({ Action: ["s3:GetObject", "*"] })],
  ["statement One gains action s3:*", allow({ Action: ["s3:*"] })],
  ["statement One gains resource *", allow({ Resource: "*" })],
  [
    "statement One gains resource arn:aws:iam::111122223333:role/*",
    allow({ Resource: "arn:aws:iam::111122223333:role/*" }),
  ],
  ["statement One gains not action iam:*", allow({ Action: undefined, NotAction: ["iam:*"] })],
])("%s is a stop", (sentence, statement) => {
  expect(says(policyGainsWildcard, { type, before, after: { policy: policy(statement) } })).toBe(sentence);
});

test("a bucket's policy that lets everybody in is a stop", () => {
  const open = allow({ Principal: "*" });
  const sentence = "statement One gains principal *";
  expect(says(policyGainsWildcard, { type: "aws_s3_bucket_policy", before, after: { policy: policy(open) } })).toBe(
    sentence,
  );
  expect(says(policyGainsWildcard, { type: "aws_s3_bucket_policy", after: { policy: policy(open) } })).toBe(sentence);
});

test.each([
  ["~*", "on ~* &shop:* -@all +get"],
  ["+@all", "on ~shop:* &shop:* +@all"],
  ["allkeys", "on allkeys -@all +get"],
  ["nopass", "on nopass ~shop:* -@all +get"],
])("a user of the queue that gains %s is a stop, from the first too", (gained, access_string) => {
  const user = { type: "aws_elasticache_user", after: { access_string } };
  const was = { access_string: "on ~shop:* &shop:* -@all +get" };
  expect(says(policyGainsWildcard, { ...user, before: was })).toBe(`access_string gains ${gained}`);
  expect(says(policyGainsWildcard, user)).toBe(`access_string gains ${gained}`);
  expect(says(policyGainsWildcard, { type: user.type, after: was })).toBeUndefined();
  expect(says(policyGainsWildcard, { type: user.type, before: user.after, after: was })).toBeUndefined();
});

test("a wildcard that was there, goes, or stands in a Deny is none", () => {
  const wide = policy(allow({ Action: ["s3:*"], Resource: "*" }));
  const renamed = policy(allow({ Sid: "Other", Action: ["s3:*"], Resource: "*" }));
  expect(says(policyGainsWildcard, { type, before: { policy: wide }, after: { policy: renamed } })).toBeUndefined();
  expect(says(policyGainsWildcard, { type, before: { policy: wide }, after: before })).toBeUndefined();
  const denies = { policy: policy(allow({}), { Sid: "No", Effect: "Deny", Action: "*", Resource: "*" }) };
  expect(says(policyGainsWildcard, { type, before, after: denies })).toBeUndefined();
});

test("a new policy may act on every resource, for actions that know none, but not do everything", () => {
  expect(says(policyGainsWildcard, { type, after: { policy: policy(allow({ Resource: "*" })) } })).toBeUndefined();
  expect(says(policyGainsWildcard, { type, after: { policy: policy(allow({ Action: "s3:*" })) } })).toBe(
    "statement One gains action s3:*",
  );
});

test("a wildcard hidden in a policy that is known after apply is found in the source", () => {
  const written = policy(allow({ Action: ["s3:*"], Resource: [`${reference("aws_s3_bucket.b.arn")}/k`] }));
  const planned = { type, before, after: {}, unknown: { policy: true } };
  expect(says(policyGainsWildcard, { ...planned, expressions: { policy: { constant_value: written } } })).toBe(
    "statement One gains action s3:*",
  );
});

test("a managed policy that allows everything is a stop", () => {
  const after = { policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess" };
  expect(says(policyGainsWildcard, { type: "aws_iam_role_policy_attachment", after })).toBe(
    `attaches ${after.policy_arn}`,
  );
});

import { differenceLines } from "../src/wording";
import { allow, change, policy, reference } from "./plans";

/** What differs, a line each, as text. */
function lines(before: object | null, after: object, unknown: object = {}): string[] {
  const { differences, later } = change({ before, after, unknown });
  const known = differences
    .flatMap(differenceLines)
    .map((line) => line.map((word) => (typeof word === "string" ? word : word.quoted)).join(""));
  return [...known, ...later.map((path) => `later ${path}`)];
}

test("only what differs is shown", () => {
  expect(lines({ a: 1, b: { c: [1], d: "x" } }, { a: 1, b: { c: [1], d: "y" } })).toEqual(["b.d x → y"]);
});

test("lists show what comes and what goes", () => {
  expect(lines({ a: ["x", "y"] }, { a: ["y", "z"] })).toEqual(["a + z − x"]);
  expect(lines({ a: ["x", "y"] }, { a: ["y", "x"] })).toEqual(['a ["x","y"] → ["y","x"]']);
});

test("blocks that have a name are compared with their like", () => {
  const before = {
    rule: [
      { name: "a", limit: 1 },
      { name: "b", limit: 1 },
    ],
  };
  const after = {
    rule: [
      { name: "b", limit: 2 },
      { name: "c", limit: 1 },
    ],
  };
  expect(lines(before, after)).toEqual([
    'rule + {"name":"c","limit":1} − {"name":"a","limit":1}',
    'rule["b"].limit 1 → 2',
  ]);
});

test("null, an empty list and an empty map are one and the same nothing", () => {
  expect(lines({ a: null, b: [], c: 1 }, { a: [], b: {}, c: 2 })).toEqual(["c 1 → 2"]);
});

test("what is known after apply is told apart from what differs", () => {
  expect(lines({ a: 1, id: "x" }, { a: 2 }, { id: true })).toEqual(["a 1 → 2", "later id"]);
});

test("JSON in a text is compared as what it holds", () => {
  expect(lines({ body: '{"a":1,"b":[1]}' }, { body: '{ "b": [1], "a": 2 }' })).toEqual(["body.a 1 → 2"]);
});

test("policies are compared as statements", () => {
  const before = { policy: policy(allow({}), allow({ Sid: "Two", Action: "s3:ListBucket" })) };
  const after = {
    policy: policy(allow({ Action: ["s3:GetObject", "s3:PutObject"] }), allow({ Sid: "New", Action: "s3:x" })),
  };
  expect(lines(before, after)).toEqual([
    "policy statement One, action + s3:PutObject",
    "policy + Allow New, action s3:x, resource arn:aws:s3:::b/k",
    "policy − Allow Two, action s3:ListBucket, resource arn:aws:s3:::b/k",
  ]);
});

test("an effect, a condition and a principal that change are shown", () => {
  const condition = { Bool: { "aws:SecureTransport": true } };
  const before = { policy: policy(allow({ Principal: { AWS: "1" } })) };
  const after = { policy: policy(allow({ Effect: "Deny", Principal: { AWS: "2" }, Condition: condition })) };
  expect(lines(before, after)).toEqual([
    "policy statement One: Allow → Deny, principal + AWS 2 − AWS 1, condition + Bool aws:SecureTransport: true",
  ]);
});

test("a policy known after apply is compared as the source writes it", () => {
  const written = policy(
    allow({ Resource: [`${reference("aws_s3_bucket.b.arn")}/k`], Action: ["s3:GetObject", "s3:DeleteObject"] }),
  );
  const { differences } = change({
    type: "aws_iam_policy",
    before: { policy: policy(allow({})) },
    after: {},
    unknown: { policy: true },
    expressions: { policy: { constant_value: written } },
  });
  expect(differences).toMatchObject([
    { kind: "policy", statements: [{ parts: [{ part: "action", added: ["s3:DeleteObject"], removed: [] }] }] },
  ]);
});

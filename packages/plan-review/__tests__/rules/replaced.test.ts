import { replaced } from "../../src/rules/loss";
import { says } from "../plans";

const planned = { type: "aws_db_proxy", before: { name: "a" }, after: { name: "b" } };

test("a replacement says for which attribute", () => {
  expect(says(replaced, { ...planned, replacedFor: ["name"] })).toBe("for name");
  expect(says(replaced, { ...planned, replacedFor: [] })).toBe("for a person asked for it");
});

test("a change in place is none, and what holds data has a rule of its own", () => {
  expect(says(replaced, planned)).toBeUndefined();
  expect(says(replaced, { ...planned, type: "aws_s3_bucket", replacedFor: ["name"] })).toBeUndefined();
});

test("a revision that is made before the old one goes is none: nothing is gone for a while", () => {
  const revision = { ...planned, type: "aws_api_gateway_deployment", replacedFor: ["triggers"] };
  expect(says(replaced, { ...revision, createFirst: true })).toBeUndefined();
  expect(says(replaced, revision)).toBe("for triggers");
  expect(says(replaced, { ...planned, replacedFor: ["name"], createFirst: true })).toBe("for name");
});

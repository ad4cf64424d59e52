import { replacementNotKnown } from "../../src/rules/loss";
import { says } from "../plans";

const changed = { type: "aws_docdb_cluster", before: { port: 1 }, after: { port: 2 } };

test("a change of what holds data is looked at when nobody knows whether it replaces it", () => {
  expect(says(replacementNotKnown, { ...changed, replacementNotKnown: ["port"] })).toBe("for port");
});

test("a change that is known to be in place is none, nor is one of what can be built again", () => {
  expect(says(replacementNotKnown, changed)).toBeUndefined();
  expect(
    says(replacementNotKnown, { ...changed, type: "aws_db_proxy", replacementNotKnown: ["name"] }),
  ).toBeUndefined();
});

import { machineChange } from "../../src/rules/settings";
import { says } from "../plans";

test.each([
  [
    "instance_class db.t4g.micro → db.r7g.large",
    { instance_class: "db.t4g.micro" },
    { instance_class: "db.r7g.large" },
  ],
  ["node_type cache.t4g.micro → cache.r7g.large", { node_type: "cache.t4g.micro" }, { node_type: "cache.r7g.large" }],
])("%s is looked at", (sentence, before, after) => {
  expect(says(machineChange, { before, after })).toBe(sentence);
});

test("a new machine's size is none", () => {
  expect(says(machineChange, { after: { instance_class: "db.t4g.micro" } })).toBeUndefined();
});

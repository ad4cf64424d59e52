import type { ObjectValue } from "@platform/terraform";
import { Unknown } from "@platform/terraform";
import { changedPaths } from "../src/provider/changed-paths";
import type { Block } from "../src/schema/block";

const text = { type: "string", given: "optional", computed: false } as const;
const inner: Block = { attributes: { kind: text, size: text }, blocks: {}, open: [] };
const block: Block = {
  attributes: { name: text, tags: { ...text, type: ["map", "string"] } },
  blocks: {
    disk: { nesting: "list", min: 0, max: 0, block: inner },
    target: { nesting: "set", min: 0, max: 0, block: inner },
    timeouts: { nesting: "single", min: 0, max: 0, block: inner },
  },
  open: [],
};
const names = (before: ObjectValue, after: ObjectValue) =>
  changedPaths(before, after, block).map(({ name, steps }) => `${name} at ${steps.join(".")}`);

it.each<[string, ObjectValue, ObjectValue, string[]]>([
  ["nothing", { name: "a", disk: [] }, { name: "a", disk: null }, []],
  ["an attribute", { name: "a" }, { name: "b" }, ["name at name"]],
  ["an attribute that is not known any more", { name: "a" }, { name: new Unknown() }, ["name at name"]],
  ["a map, as a whole", { tags: { a: "1" } }, { tags: { a: "2" } }, ["tags at tags"]],
  [
    "a member of one of several blocks",
    { disk: [{ kind: "a" }, { kind: "b", size: "1" }] },
    { disk: [{ kind: "a" }, { kind: "b", size: "2" }] },
    ["disk.size at disk.1.size"],
  ],
  [
    "a block that comes: what is said in it",
    { disk: [] },
    { disk: [{ kind: "a", size: null }] },
    ["disk at disk", "disk.kind at disk.0.kind"],
  ],
  ["a block that goes", { timeouts: { kind: "a" } }, { timeouts: null }, ["timeouts.kind at timeouts.kind"]],
  ["blocks that are not known any more", { disk: [{ kind: "a" }] }, { disk: new Unknown() }, ["disk at disk"]],
  // One element goes and another one comes.
  [
    "a member of an element of a set",
    { target: [{ kind: "a", size: "1" }] },
    { target: [{ kind: "a", size: "2" }] },
    ["target.kind at target", "target.size at target", "target.kind at target", "target.size at target"],
  ],
  ["the order of a set", { target: [{ kind: "a" }, { kind: "b" }] }, { target: [{ kind: "b" }, { kind: "a" }] }, []],
])("changed: %s", (_what, before, after, said) => {
  expect(names(before, after)).toEqual(said);
});

it("without a schema, elements that are there before and after are no change, wherever they stand", () => {
  const changed = changedPaths({ of: [{ a: 1 }, { a: 2 }] }, { of: [{ a: 2 }, { a: 3, b: 1 }] });
  expect(changed.map(({ name }) => name)).toEqual(["of.a", "of.b"]);
});

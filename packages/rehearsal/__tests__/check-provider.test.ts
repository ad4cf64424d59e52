import { type ObjectValue, Unknown } from "@platform/terraform";
import { checkProvider } from "../src/facts/check-provider";
import type { ProviderType } from "../src/facts/provider-table";
import type { Block } from "../src/schema/block";

const text = { type: "string", given: "optional", computed: false } as const;
const rule: Block = { attributes: { one: text, other: text, kind: text }, blocks: {}, open: [] };
const block: Block = {
  attributes: {
    name: text,
    prefix: text,
    size: { ...text, type: "number" },
    zones: { ...text, type: ["list", "string"] },
    labels: { ...text, type: ["map", "string"] },
  },
  blocks: {
    rule: { nesting: "list", min: 0, max: 0, block: rule },
    target: { nesting: "set", min: 0, max: 0, block: rule },
  },
  open: [],
};

const found = (entry: ProviderType, config: ObjectValue, newer = false) => checkProvider(entry, config, block, newer);
const texts = (entry: ProviderType, config: ObjectValue, newer = false) =>
  found(entry, config, newer).map(({ summary, detail }) => detail || summary);

describe("a rule of a value", () => {
  const entry: ProviderType = {
    values: {
      name: [{ enum: ["a"] }],
      zones: [{ length: [1, 2] }],
      "rule.kind": [{ enum: ["a"] }],
      "target.kind": [{ enum: ["a"] }],
    },
    keys: { labels: [{ length: [1, 2] }] },
  };

  it("is of each element, each of several blocks, and each key, and has the place", () => {
    const config = {
      zones: ["a", "abc"],
      labels: { abc: "" },
      rule: [{ kind: "a" }, { kind: "b" }],
      target: [{ kind: "b" }],
    };
    expect(found(entry, config).map(({ path, summary }) => [path, summary])).toEqual([
      [["zones"], "expected length of zones.1 to be in the range (1 - 2), got abc"],
      [["rule", 1, "kind"], 'expected rule.1.kind to be one of ["a"], got b'],
      // Terraform's protocol has no name for an element of a set.
      [["target"], 'expected target.0.kind to be one of ["a"], got b'],
      [["labels"], "expected length of labels to be in the range (1 - 2), got abc"],
    ]);
  });

  it("does not look at what is null, left out or not known yet", () => {
    expect(found(entry, { name: null, zones: new Unknown(), rule: new Unknown(), target: [] })).toEqual([]);
    expect(found(entry, { zones: [new Unknown()], rule: [{ kind: new Unknown() }] })).toEqual([]);
  });

  it("is a warning for a list of values where the bindings are of a newer provider", () => {
    expect(found(entry, { name: "b", zones: ["abc"] }, true).map(({ warning }) => warning === true)).toEqual([
      true,
      false,
    ]);
  });
});

describe("how many", () => {
  it("elements of a list are in the words of the SDK", () => {
    const entry: ProviderType = { items: { zones: [2, 3] } };
    expect(texts(entry, { zones: ["a"] })).toEqual([
      "Attribute zones requires 2 item minimum, but config has only 1 declared.",
    ]);
    expect(texts(entry, { zones: ["a", "b", "c", "d"] })).toEqual([
      "Attribute zones supports 3 item maximum, but config has 4 declared.",
    ]);
    expect(texts(entry, { zones: ["a", new Unknown(), "c", "d"] })).toEqual([]);
  });

  it("blocks may be is the schema's with the SDK, and a validator's with the framework", () => {
    const limited = { ...block, blocks: { rule: { nesting: "list", min: 0, max: 1, block: rule } } } as const;
    const config = { rule: [{}, {}] };
    expect(checkProvider({ items: { rule: [0, 1] } }, config, limited, false)).toEqual([]);
    expect(texts({ framework: true, items: { rule: [0, 1] } }, config)).toEqual([
      "Attribute rule must contain at most 1 elements, got: 2",
    ]);
    expect(texts({ items: { rule: [2, 0] } }, { rule: [{}] })).toEqual([
      "Attribute rule requires 2 item minimum, but config has only 1 declared.",
    ]);
    expect(texts({ items: { rule: [2, 0] } }, { rule: [] })).toEqual([]);
  });
});

// https://github.com/hashicorp/terraform-plugin-sdk/blob/main/helper/schema/schema.go, validateConflictingAttributes and after it.
describe("arguments together", () => {
  it.each<[string, ProviderType, ObjectValue, string[]]>([
    ["excluding", { conflicts: { name: "prefix" } }, { name: "a", prefix: "b" }, ['"name": conflicts with prefix']],
    [
      "excluding a list with nothing in it",
      { conflicts: { name: "zones" } },
      { name: "a", zones: [] },
      ['"name": conflicts with zones'],
    ],
    ["excluding no block", { conflicts: { name: "rule" } }, { name: "a", rule: [] }, []],
    ["excluding what is not known", { conflicts: { name: "prefix" } }, { name: "a", prefix: new Unknown() }, []],
    [
      "excluding what is set, not known itself",
      { conflicts: { name: "prefix" } },
      { name: new Unknown(), prefix: "b" },
      [],
    ],
    [
      "excluding in a block",
      { conflicts: { "rule.one": "rule.other" } },
      { rule: [{ one: "a", other: "b" }] },
      ['"rule.0.one": conflicts with rule.0.other'],
    ],
    ["needing", { requires: { name: "size" } }, { name: "a" }, ['"name": all of `name,size` must be specified']],
    ["needing what is not known", { requires: { name: "size" } }, { name: "a", size: new Unknown() }, []],
    ["exactly one, none", { exactlyOne: ["name prefix"] }, {}, ['"name": one of `name,prefix` must be specified']],
    [
      "exactly one, two",
      { exactlyOne: ["name prefix size"] },
      { name: "a", size: 1 },
      ['"name": only one of `name,prefix,size` can be specified, but `name,size` were specified.'],
    ],
    ["exactly one, not known", { exactlyOne: ["name prefix"] }, { name: new Unknown() }, []],
    ["exactly one of a block that is not there", { exactlyOne: ["rule.one rule.other"] }, {}, []],
    [
      "exactly one of a block",
      { exactlyOne: ["rule.one rule.other"] },
      { rule: [{}] },
      ['"rule.0.one": one of `rule.0.one,rule.0.other` must be specified'],
    ],
    ["at least one", { atLeastOne: ["name prefix"] }, { size: 1 }, ['"name": one of `name,prefix` must be specified']],
    ["at least one, two", { atLeastOne: ["name prefix"] }, { name: "a", prefix: "b" }, []],
    ["at least one, of which older bindings have none", { atLeastOne: ["shape colour"] }, {}, []],
  ])("%s", (_what, entry, config, said) => {
    expect(texts(entry, config)).toEqual(said);
  });

  it("are compared with the first of several blocks by the SDK, and in each by the framework", () => {
    const entry: ProviderType = { conflicts: { "rule.one": "rule.other" }, exactlyOne: ["rule.one rule.kind"] };
    const config = { rule: [{ one: "a" }, { one: "b", other: "c", kind: "d" }] };
    expect(texts(entry, config)).toEqual([]);
    expect(texts({ ...entry, framework: true }, config)).toHaveLength(2);
    const lacking: ProviderType = { exactlyOne: ["rule.one rule.kind"] };
    expect(texts(lacking, { rule: [{ one: "a" }, {}] })).toEqual([]);
    expect(texts(lacking, { rule: [{}, {}] })).toHaveLength(1);
    expect(texts({ ...lacking, framework: true }, { rule: [{ one: "a" }, {}] })).toHaveLength(1);
  });

  it("of which one is missing are a warning where the bindings are of a newer provider: it may have another one", () => {
    expect(found({ exactlyOne: ["name prefix"] }, {}, true)[0]?.warning).toBe(true);
    expect(found({ conflicts: { name: "prefix" } }, { name: "a", prefix: "b" }, true)[0]?.warning).toBeUndefined();
  });
});

it("a deprecated argument is a warning in the provider's words, where it is said", () => {
  const entry: ProviderType = { deprecated: { prefix: "Use name.", "rule.kind": "Use one." } };
  expect(found(entry, { prefix: "a", rule: [{}, { kind: "b" }] })).toEqual([
    { path: ["prefix"], warning: true, summary: "Argument is deprecated", detail: "Use name." },
    { path: ["rule", 1, "kind"], warning: true, summary: "Argument is deprecated", detail: "Use one." },
  ]);
  expect(found(entry, {})).toEqual([]);
});

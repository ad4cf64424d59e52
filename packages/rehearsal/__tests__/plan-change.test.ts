import { unknown } from "@platform/terraform";
import { markUnknown } from "../src/provider/plan-change";
import type { Block, NestedBlock } from "../src/schema/block";

const attributes = {
  name: { type: "string", given: "required", computed: false },
  size: { type: "number", given: "optional", computed: true },
} as const;
const nested = (nesting: NestedBlock["nesting"], block: Block): NestedBlock => ({ nesting, block, min: 0, max: 0 });
const member: Block = { attributes, blocks: {}, open: [] };
const inner: Block = { attributes: {}, blocks: { member: nested("set", member) }, open: [] };
const inSet = (nesting: NestedBlock["nesting"]): Block => ({
  attributes: {},
  blocks: { outer: nested(nesting, inner) },
  open: [],
});

const said = (...names: string[]) => ({ outer: [{ member: names.map((name) => ({ name, size: null })) }] });
const made = (...sizes: [string, number][]) => ({ outer: [{ member: sizes.map(([name, size]) => ({ name, size })) }] });

describe.each(["list", "set"] as const)("an element of a set, in an element of a %s", (nesting) => {
  it("is the one before when only what the cloud filled in is not said, whatever its place", () => {
    expect(markUnknown(inSet(nesting), said("a", "b"), made(["b", 2], ["a", 1]))).toEqual(
      nesting === "set" ? made(["b", 2], ["a", 1]) : made(["a", 1], ["b", 2]),
    );
  });

  it("is another one when what the program says of it is", () => {
    const { outer } = markUnknown(inSet(nesting), said("c"), made(["a", 1]));
    expect(outer).toEqual([{ member: [{ name: "c", size: unknown }] }]);
  });
});

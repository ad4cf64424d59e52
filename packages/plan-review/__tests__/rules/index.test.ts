import { readdirSync } from "node:fs";
import { rules } from "../../src/rules";

const folder = "packages/plan-review/src/rules";
/** What rules share, and the table itself. */
const shared = ["beyond-tags", "grants", "index", "resource-types", "rule", "transitions"];

test("every rule stands in the table, in a file of its name, with a test", () => {
  const files = (of: string, ending: string) =>
    readdirSync(of)
      .filter((file) => file.endsWith(ending))
      .map((file) => file.slice(0, -ending.length));
  const own = files(folder, ".ts").filter((name) => !shared.includes(name));
  const names = rules.map(({ name }) => name);
  expect(names.toSorted()).toEqual(own.toSorted());
  expect(files("packages/plan-review/__tests__/rules", ".test.ts")).toEqual(expect.arrayContaining(names));
});

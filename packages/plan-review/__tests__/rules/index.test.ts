import { readdirSync } from "node:fs";
import { rules } from "../../src/rules";

test("every rule of the table has a test of its name", () => {
  const tests = readdirSync("packages/plan-review/__tests__/rules").map((file) => file.replace(".test.ts", ""));
  expect(rules.map(({ name }) => name).filter((name) => !tests.includes(name))).toEqual([]);
});

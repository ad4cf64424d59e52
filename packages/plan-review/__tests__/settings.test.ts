import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toText } from "../src/render/text";
import { review } from "../src/review";
import { readSettings } from "../src/settings";
import { planFile, reviewOf } from "./plans";

const folder = mkdtempSync(join(tmpdir(), "plan-review-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (text: string): string => {
  const file = join(folder, "review.json");
  writeFileSync(file, text);
  return file;
};

const deleted = (type: string) => ({ changes: [{ type, before: { a: 1 } }] });

test("a project's own stateful type is a stop when it is deleted, its own stateless type a look", async () => {
  expect((await reviewOf(deleted("acme_ledger"))).verdict).toBe("stop");
  expect((await reviewOf(deleted("acme_banner"))).reasons.map(({ rule }) => rule)).toEqual(["destroyed"]);
});

test("without settings no type of the project is known, and nothing overrides a stop", async () => {
  const found = await review([planFile(deleted("acme_banner"))], { environment: "test" });
  expect(found.reasons.map(({ rule }) => rule)).toEqual(["stateful-destroyed", "unknown-type"]);
  expect(toText(found)).not.toMatch(/label|maintainer/);
});

test("a settings file is read", () => {
  const settings = { stateful: ["acme_ledger"], override: { label: "go", who: "an owner" } };
  expect(readSettings(written(JSON.stringify(settings)))).toEqual(settings);
});

test.each([
  ["{", /^--config .* is not JSON: /],
  ["[]", /^--config .* is wrong at its top: /],
  ['{"statefull":[]}', /^--config .* is wrong at its top: .*statefull/],
  ['{"stateful":["Bucket"]}', /^--config .* is wrong at stateful\.0: must be Terraform's name of a type/],
  ['{"override":{"label":"go"}}', /^--config .* is wrong at override\.who: /],
])("a wrong settings file (%s) is told where it is wrong", (text, message) => {
  expect(() => readSettings(written(text))).toThrow(message);
});

test("a settings file that is not there is named", () => {
  expect(() => readSettings(join(folder, "missing.json"))).toThrow(/missing\.json cannot be read/);
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keep, type Run, readHistory } from "../../bench/history";
import { historyFile } from "../../bench/machine";

const machine = { cpu: "made up", cores: 2, memory: 24, node: "24.21.0" };
const run = (commit: string): Run => ({ commit, date: "2026-11-29T00:00:00.000Z", machine, figures: [] });

const folder = mkdtempSync(join(tmpdir(), "history-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("runs come back in the order in which they were kept, and there are none before the first", () => {
  const file = join(folder, "new", "runs.jsonl");
  expect(readHistory(file, machine)).toEqual([]);
  for (const commit of ["one", "two"]) keep(file, run(commit));
  expect(readHistory(file, machine)).toEqual([run("one"), run("two")]);
});

test.each([
  ["cut off", JSON.stringify(run("two")).slice(0, 40), /line 2 of .* it is cut off: mend it or move the file away/],
  ["another program's", '{"a":1}\n', /line 2 of .* it has another form/],
  ["no JSON", "results\n", /line 2 of .* it has another form/],
  [
    "another machine's",
    `${JSON.stringify({ ...run("two"), machine: { ...machine, cores: 64 } })}\n`,
    /it is of another machine/,
  ],
])("a file with a line that is %s is refused and left as it is", (_, line, message) => {
  const file = join(folder, "broken.jsonl");
  const text = `${JSON.stringify(run("one"))}\n${line}`;
  writeFileSync(file, text);
  expect(() => readHistory(file, machine)).toThrow(message);
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("a machine with another processor, more cores or another Node has a file of its own, in the user's cache", () => {
  const shell = { XDG_CACHE_HOME: "/cache" };
  const others = [
    { ...machine, cpu: "other" },
    { ...machine, cores: 4 },
    { ...machine, node: "26.0.0" },
  ];
  const files = [machine, ...others].map((one) => historyFile(one, shell));
  expect(new Set(files).size).toBe(4);
  expect(files[0]).toMatch(/^\/cache\/platform-bench\/[0-9a-f]{12}\.jsonl$/);
  expect(historyFile({ ...machine }, shell)).toBe(files[0]);
});

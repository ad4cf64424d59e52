import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "./run-program";

const folder = mkdtempSync(join(tmpdir(), "pictures-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the program writes what docs/ holds, byte for byte, in a process of its own", async () => {
  const { exitCode, stdout } = await runProgram("ops/picture/command.ts", ["--folder", join(folder, "new")]);
  expect(exitCode).toBe(0);
  const written = readdirSync(join(folder, "new"));
  expect(stdout.trim().split("\n")).toHaveLength(written.length);
  expect(written).toContain("architecture.svg");
  for (const name of written) {
    expect(readFileSync(join(folder, "new", name), "utf8") === readFileSync(join("docs", name), "utf8")).toBe(true);
  }
});

test("a folder that cannot be made is named in one line", async () => {
  const { exitCode, stderr } = await runProgram("ops/picture/command.ts", ["--folder", "package.json/pictures"]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^--folder must be a folder that can be written, got package\.json\/pictures: .*\n$/);
  expect(existsSync("package.json/pictures")).toBe(false);
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import * as z from "zod";

const targets = [...readFileSync("Makefile", "utf8").matchAll(/^([a-z-]+):.*## /gm)].map(([, name = ""]) => name);

/** What bash offers after this line has been typed. */
function completed(line: string): string[] {
  const script = `source ops/completion.bash; COMP_LINE=$1; COMP_POINT=\${#1}; _platform_make; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync("bash", ["-ec", script, "bash", line], { encoding: "utf8" });
  return output.split("\n").filter((word) => word !== "");
}

test("make alone lists every target under what it is for", () => {
  const list = stripVTControlCharacters(
    execFileSync("make", { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }),
  );
  const groups = list.split("\n\n").map((group) => group.split("\n").filter((line) => line !== ""));
  const [first, ...others] = groups;
  expect(first?.join("\n")).toContain("make help");
  expect(others.length).toBeGreaterThan(4);
  for (const [title = "", ...lines] of others) {
    expect(title).toMatch(/^[A-Z]/);
    for (const line of lines) expect(line).toMatch(/^ {2}make [a-z-]+ +[A-Z]/);
  }
  for (const target of targets) expect(list).toMatch(new RegExp(`^ {2}make ${target} `, "m"));
});

test("a pattern of tests reaches jest as it was typed", () => {
  const folder = mkdtempSync(join(tmpdir(), "shell-"));
  const shell = join(folder, "shell");
  // Runs a recipe's last line, with a jest that says what it was given.
  writeFileSync(shell, `#!/bin/bash\njest() { printf '%s\\n' "$@"; }\neval "\${!#}"\n`, { mode: 0o755 });
  const prepared = ["check", "terraform", "build"].flatMap((target) => ["-o", target]);
  const pattern = "__tests__/(config|bench)/a b";
  const output = execFileSync("make", [...prepared, "test", `ONLY=${pattern}`, `SHELL=${shell}`], {
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true });
  expect(output).toBe(`${pattern}\n`);
});

test("npm run has every target of make under the same name, for those who look there", () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync("package.json", "utf8")));
  // `npm test` runs jest alone, so that `npm test -- path` runs one suite.
  const others = targets.filter((target) => target !== "help" && target !== "test");
  expect(scripts).toMatchObject(Object.fromEntries(others.map((target) => [target, `make ${target}`])));
});

test("the shell completes targets, then a target's variables, then a variable's values", () => {
  expect(completed("make re")).toEqual(expect.arrayContaining(["rehearse", "review", "reset"]));
  expect(completed("make re")).not.toContain("plan");
  expect(completed("make review ")).toEqual(["BASE=", "ENV="]);
  expect(completed("make logs SER")).toEqual(["SERVICE="]);
  expect(completed("make review ENV=")).toEqual(["development", "production", "staging"]);
  expect(completed("make review ENV=st")).toEqual(["staging"]);
  expect(completed("make logs SERVICE=")).toContain("preferences");
  expect(completed("make aws-profile ROLE=")).toEqual(expect.arrayContaining(["plan", "deploy", "release"]));
});

test("the shell completes nothing outside the project", () => {
  const script = `cd /; source "$1"; COMP_LINE="make r"; COMP_POINT=6; _platform_make; printf '%s' "\${#COMPREPLY[@]}"`;
  const file = `${process.cwd()}/ops/completion.bash`;
  expect(execFileSync("bash", ["-ec", script, "bash", file], { encoding: "utf8" })).toBe("0");
});

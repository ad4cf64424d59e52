import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = "docs/runbooks";
const runbooks = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);

/** Commands of a page: lines of its blocks, and whatever in its text begins like one. */
function commands(text: string): string[] {
  const blocks = [...text.matchAll(/^ *```\n(.*?)^ *```$/gms)].flatMap(([, block = ""]) =>
    block.replaceAll(/\\\n\s*/g, "").split("\n"),
  );
  const inline = [
    ...text.replaceAll(/^ *```.*?^ *```$/gms, "").matchAll(/`((?:make|npx|aws|terraform|cdktf|node) [^`]+)`/g),
  ];
  return [...blocks, ...inline.map(([, command = ""]) => command)].map((line) => line.trim()).filter(Boolean);
}

/** `make` prints what it would run, and fails where it has no such target. */
const dryRun = (...args: string[]) => execFileSync("make", ["--dry-run", ...args], { encoding: "utf8", stdio: "pipe" });

test.each(runbooks)("every command of %s is there for who reads it", (_file, text) => {
  for (const command of commands(text)) {
    const [program = "", name = ""] = command.split(/\s+/);
    // The operator brings AWS's own command line; everything else comes with the project.
    if (program === "aws") continue;
    if (program === "npx") expect([command, existsSync(join("node_modules/.bin", name))]).toEqual([command, true]);
    else if (program === "make") expect(() => dryRun(name, "ENV=development")).not.toThrow();
    else throw new Error(`${command}: a runbook calls make, npx or aws`);
  }
});

test("make terraform runs Terraform in a stack's folder", () => {
  expect(dryRun("terraform", "STACK=state", "DO=init -migrate-state")).toContain(
    "terraform -chdir=cdktf.out/stacks/state init -migrate-state\n",
  );
  expect(dryRun("terraform")).not.toContain("-chdir");
});

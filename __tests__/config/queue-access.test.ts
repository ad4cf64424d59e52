import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { queueAccess } from "../../config/queue-access";

const folder = "node_modules/bullmq/dist/cjs/commands";

/** A script and what it includes; `<` and `>` in an include would be a path of BullMQ's own tests. */
function withIncludes(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, path = ""] of readFileSync(file, "utf8").matchAll(/--\s*@include\s+["'](.+?)["']/g)) {
    withIncludes(join(dirname(file), path.endsWith(".lua") ? path : `${path}.lua`), seen);
  }
  return seen;
}

/** What the installed BullMQ's scripts call. Relays, and removing a whole queue at once, are for nobody here. */
function commandsOfScripts(): ReadonlySet<string> {
  const scripts = readdirSync(folder).filter((name) => name.endsWith(".lua") && !/^(relay|obliterate)/.test(name));
  const files = new Set(scripts.flatMap((name) => [...withIncludes(join(folder, name))]));
  const calls = [...files].flatMap((file) => [
    ...readFileSync(file, "utf8").matchAll(/(?:rcall|redis\.call)\(\s*["']([A-Za-z]+)["']/g),
  ]);
  return new Set(calls.map(([, command = ""]) => command.toLowerCase()));
}

test("a product's user may run every command of BullMQ's scripts", () => {
  const granted = new Set(queueAccess("loyalty").split(" "));
  const scripts = commandsOfScripts();
  expect(scripts.size).toBeGreaterThan(40);
  expect([...scripts].filter((command) => !granted.has(`+${command}`))).toEqual([]);
});

test("a product's user reaches keys and channels of its product alone, and begins with no right at all", () => {
  const words = queueAccess("loyalty").split(" ");
  expect(words.filter((word) => !word.startsWith("+"))).toEqual([
    "on",
    "~loyalty:*",
    "resetchannels",
    "&loyalty:*",
    "-@all",
  ]);
  expect(words.filter((word) => word.startsWith("+@"))).toEqual([]);
});

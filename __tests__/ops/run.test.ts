import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "run-"));
  mkdirSync(join(folder, "shop"));
  write("shop/command.ts", 'import { word } from "./word";\nconsole.log(word, ...process.argv.slice(2));\n');
  write("shop/word.ts", 'export const word: string = "first";\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, source: string): void {
  writeFileSync(join(folder, file), source);
}

async function run(...args: readonly string[]): Promise<string> {
  const program = spawn(process.execPath, [resolve("ops/run.mjs"), "shop/command.ts", ...args], { cwd: folder });
  const [stdout, stderr, [code]] = await Promise.all([
    text(program.stdout),
    text(program.stderr),
    once(program, "close"),
  ]);
  return code === 0 ? stdout : `exit code ${code}: ${stderr}`;
}

/** When the record of the one bundle was written. */
function recordedAt(): number {
  const [record] = readdirSync(join(folder, ".cache/run")).filter((file) => file.endsWith(".json"));
  return statSync(join(folder, ".cache/run", String(record))).mtimeMs;
}

test("a program gets its arguments", async () => {
  expect(await run("a b", "--c")).toBe("first a b --c\n");
});

test("a program whose sources did not change is bundled once", async () => {
  await run();
  const before = recordedAt();
  expect(await run()).toBe("first\n");
  expect(recordedAt()).toBe(before);
});

test("a program runs with what its sources say now, even changed within the same moment and length", async () => {
  expect(await run()).toBe("first\n");
  write("shop/word.ts", 'export const word: string = "again";\n');
  expect(await run()).toBe("again\n");
  write("shop/word.ts", 'export const word: string = "first";\n');
  expect(await run()).toBe("first\n");
});

test("a program whose bundle or record is damaged is bundled again", async () => {
  await run();
  for (const file of readdirSync(join(folder, ".cache/run"))) rmSync(join(folder, ".cache/run", file));
  expect(await run()).toBe("first\n");
  for (const file of readdirSync(join(folder, ".cache/run")).filter((file) => file.endsWith(".json"))) {
    write(join(".cache/run", file), "{");
  }
  expect(await run()).toBe("first\n");
});

test("programs that start at once all run whole", async () => {
  expect(new Set(await Promise.all(Array.from({ length: 4 }, () => run())))).toEqual(new Set(["first\n"]));
});

test("a source that does not exist ends the program with its name", async () => {
  rmSync(join(folder, "shop/word.ts"));
  expect(await run()).toMatch(/^exit code 1: .*Could not resolve "\.\/word"/s);
});

import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { sharedFolder, withSynthesized } from "./synthesized";

/** As another suite that asked first: its folder is there, and `ended` is written by a process while this one waits. */
function askedBefore(code: string, said: string): string {
  const folder = sharedFolder({ code });
  mkdirSync(folder);
  spawn("sh", ["-c", `printf '%s' "$1" > "$0"`, join(folder, "ended"), said], { stdio: "ignore" });
  return folder;
}

test("a suite that asks second waits for what the first synthesizes, and takes it", () => {
  const folder = askedBefore("asked for twice", "");
  expect(withSynthesized({ code: "asked for twice" }, (out) => out)).toBe(join(folder, "cdktf.out"));
  expect(existsSync(join(folder, "options.json"))).toBe(false);
});

test("a failed synthesis fails every suite that asks for it, with its reason", () => {
  askedBefore("asked for in vain", "the synthesizer ended with code 1: no such service");
  expect(() => withSynthesized({ code: "asked for in vain" }, (out) => out)).toThrow("no such service");
});

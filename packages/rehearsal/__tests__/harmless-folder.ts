import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Outside, startOutside } from "./outside";
import { watch as watchFolder } from "./watch";

/** Where a suite puts programs that must not get out; it is gone with the suite. */
export const folder = mkdtempSync(join(tmpdir(), "harmless-"));
/** A file that nothing of a program may make. */
export const canary = join(folder, "canary");
/** What is not this machine, from the first test on. */
export let outside: Outside;

beforeAll(async () => {
  outside = await startOutside(join(folder, "outside"));
});
afterAll(() => {
  outside.close();
  rmSync(folder, { recursive: true, force: true });
});

export const watch = (watched: string) => watchFolder(watched, canary);

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a folder for the programs of a suite, which goes when the suite has ended. */
export function programFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const globals = new Set(Object.getOwnPropertyNames(globalThis));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    // The parser of HCL is a Go program in WebAssembly: what it leaves is too deep for jest to clean up.
    for (const name of Object.getOwnPropertyNames(globalThis))
      if (!globals.has(name)) Reflect.deleteProperty(globalThis, name);
  });
  return folder;
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** Makes a folder that is gone when the process is, however it ends short of SIGKILL. */
export function temporaryFolder(name: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `${name}-`));
  const erase = () => rmSync(path, { recursive: true, force: true });
  process.once("exit", erase);
  return {
    path,
    remove: () => {
      process.removeListener("exit", erase);
      erase();
    },
  };
}

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs a program as a job of GitLab does whose runner gives no privileges. */
export function withoutPrivileges(command: readonly string[]) {
  const root = mkdtempSync(join(tmpdir(), "unprivileged-"));
  const words = ["__tests__/ops/image/without-privileges.sh", root, ...command];
  try {
    return spawnSync("unshare", ["--mount", "--propagation", "private", ...words], { encoding: "utf8" });
  } finally {
    rmdirSync(root);
  }
}

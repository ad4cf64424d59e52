import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { chain } from "./programs/small";

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), "interrupt-"));
const out = join(folder, "cdktf.out");
beforeAll(() => chain(out, 1));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const phases = [
  { phase: "the first step", args: ["plan"], when: '[ "$1" = init ]' },
  { phase: "the plan", args: ["plan"], when: '[ "$1" = plan ]' },
  { phase: "the apply", args: ["rehearse"], when: '[ "$1" = apply ]' },
  { phase: "the second plan", args: ["rehearse"], when: '[ "$1" = plan ]' },
  { phase: "the destroy", args: ["rehearse"], when: 'case "$*" in *-destroy*) true;; *) false;; esac' },
  { phase: "the plan of the cdktf CLI", args: ["rehearse", "--cdktf"], when: '[ "$1" = plan ]' },
  { phase: "the apply of the cdktf CLI", args: ["rehearse", "--cdktf"], when: '[ "$1" = apply ]' },
];

test.each(phases)(
  "Ctrl-C in $phase ends what was started, and leaves nothing behind",
  async ({ phase, args, when }) => {
    const own = join(folder, phase.replaceAll(" ", "-"));
    const started = join(own, "started");
    const temporary = join(own, "temporary");
    mkdirSync(temporary, { recursive: true });
    await execa("mkfifo", [started]);
    // A Terraform that heeds no signal, as it does while it holds very many instances.
    const stubborn = `trap "" INT TERM; echo $$ > '${started}'; exec sleep 600`;
    const terraform = `#!/bin/sh\nPATH='${process.env.PATH}'\nif ${when}; then ${stubborn}; fi\nexec terraform "$@"\n`;
    writeFileSync(join(own, "terraform"), terraform, { mode: 0o755 });
    const child = execa(process.execPath, ["ops/run.mjs", "packages/rehearsal/src/cli.ts", ...args, out], {
      env: { PATH: `${own}:${process.env.PATH}`, TMPDIR: temporary, XDG_CACHE_HOME: join(own, "cache") },
      reject: false,
    });
    const pid = (await readFile(started, "utf8")).trim();
    child.kill("SIGINT");
    const { exitCode, signal } = await child;
    expect({ exitCode, signal }).toEqual({ exitCode: 130, signal: undefined });
    await ended(pid);
    expect(readdirSync(temporary)).toEqual([]);
  },
);

/** Waits until a process runs no more: an end takes a moment, and the dead stay listed until they are waited for. */
async function ended(pid: string): Promise<void> {
  const { stdout } = await execa("ps", ["-o", "stat=", "-p", pid], { reject: false });
  if (stdout.trim() !== "" && !stdout.trim().startsWith("Z")) await ended(pid);
}

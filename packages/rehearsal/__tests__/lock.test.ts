import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import { open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { unlockAdvice } from "@platform/terraform";
import { lasting } from "./programs/small";
import { Sandbox } from "./sandbox";

const sandbox = new Sandbox();
const started = join(sandbox.folder, "started");
const go = join(sandbox.folder, "go");

beforeAll(async () => {
  await sandbox.start();
  await promisify(execFile)("mkfifo", [started, go]);
});

// Lets every command go that a failed test left waiting at a pipe.
afterEach(async () => {
  for (const pipe of [started, go]) await (await open(pipe, constants.O_RDWR)).close();
});

afterAll(() => sandbox.stop());

/** Starts an apply that holds the lock until {@link go} is written to, and waits until it holds it. */
async function holdingApply(lock: "table" | "file" | "both"): Promise<ChildProcess> {
  await sandbox.program("lasting", (out) => lasting(out, `echo ${lock} > ${started}; cat ${go}`, lock), true);
  const apply = spawn("terraform", ["apply", "-auto-approve", "-input=false"], {
    cwd: sandbox.stack,
    env: sandbox.env,
    stdio: "ignore",
    // A group of its own, so that the whole of it can be killed: Terraform, and the command that it runs.
    detached: true,
  });
  await readFile(started);
  return apply;
}

const secondApply = () => sandbox.terraform("apply", "-auto-approve", "-input=false");

describe.each(["table", "file", "both"] as const)("the state's lock (%s)", (lock) => {
  it("lets one of two applies at once in, and tells the other who holds it", async () => {
    const apply = await holdingApply(lock);
    const ended = once(apply, "exit");
    const { code, stderr } = await secondApply();
    expect(code).toBe(1);
    expect(stderr).toContain("Error acquiring the state lock");
    expect(stderr).toMatch(/Operation:\s+OperationTypeApply/);
    await writeFile(go, "");
    expect(await ended).toEqual([0, null]);
  });

  it("is left by a killed apply, and the next one says how to take it away", async () => {
    await sandbox.program("lasting", (out) => lasting(out, "true", lock), true);
    await sandbox.terraform("destroy", "-auto-approve", "-input=false");
    const apply = await holdingApply(lock);
    const ended = once(apply, "exit");
    process.kill(-Number(apply.pid), "SIGKILL");
    await ended;

    const { code, stderr } = await secondApply();
    expect(code).toBe(1);
    const advice = unlockAdvice(stderr, sandbox.stack);
    const id = /force-unlock (\S+)$/.exec(advice)?.[1] ?? "";
    expect(advice).toContain("unlock it: terraform -chdir=");
    const unlocked = await sandbox.terraform("force-unlock", "-force", id);
    expect(unlocked.stdout).toContain("Terraform state has been successfully unlocked!");

    await sandbox.program("lasting", (out) => lasting(out, "true", lock), true);
    expect((await secondApply()).code).toBe(0);
  });
});

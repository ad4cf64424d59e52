import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endOrphans, ProcessRecord, startOf } from "../../local/orphans";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "orphans-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that ends when it is asked to, or one that has to be killed. */
async function sleeper(asked: "ends" | "refuses") {
  const trap = asked === "refuses" ? "process.on('SIGTERM', () => {});" : "";
  const child = spawn(process.execPath, ["-e", `${trap} setInterval(() => {}, 1000); console.log("up")`]);
  await once(child.stdout, "data");
  return { pid: child.pid ?? 0, ended: once(child, "exit") };
}

const write = (supervisor: { pid: number; started: string }, processes: { pid: number; started: string }[]) =>
  writeFileSync(
    join(folder, "processes.json"),
    JSON.stringify({
      supervisor: { name: "supervisor", ...supervisor },
      processes: processes.map((process, index) => ({ name: `p${index}`, ...process })),
    }),
  );
const gone = { pid: 999_999_999, started: "0" };

test("an orphan process of a supervisor that is gone is ended: asked first", async () => {
  const left = await sleeper("ends");
  write(gone, [{ pid: left.pid, started: startOf(left.pid) ?? "" }]);
  expect(await endOrphans(folder)).toEqual(["p0"]);
  expect(await left.ended).toEqual([null, "SIGTERM"]);
});

test("a process that has another's id by now is left alone", async () => {
  const innocent = await sleeper("ends");
  write(gone, [{ pid: innocent.pid, started: "another start" }]);
  expect(await endOrphans(folder)).toEqual([]);
  expect(startOf(innocent.pid)).toBeDefined();
  process.kill(innocent.pid, "SIGKILL");
  await innocent.ended;
});

test("nothing is ended while the supervisor lives, or for another supervisor than the one that wrote the record", async () => {
  const kept = await sleeper("ends");
  const record = new ProcessRecord(folder);
  record.add("kept", kept.pid);
  expect(await endOrphans(folder)).toEqual([]);
  write(gone, [{ pid: kept.pid, started: startOf(kept.pid) ?? "" }]);
  expect(await endOrphans(folder, 1)).toEqual([]);
  expect(startOf(kept.pid)).toBeDefined();
  process.kill(kept.pid, "SIGKILL");
  await kept.ended;
});

test("the record is its owner's alone, and names each process with its start", async () => {
  const child = await sleeper("ends");
  new ProcessRecord(folder).add("web", child.pid);
  const file = join(folder, "processes.json");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
    supervisor: { pid: process.pid },
    processes: [{ name: "web", pid: child.pid, started: startOf(child.pid) }],
  });
  process.kill(child.pid, "SIGKILL");
  await child.ended;
});

test("no process has no start", () => {
  expect(startOf(gone.pid)).toBeUndefined();
});

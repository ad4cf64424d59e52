import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PlannedStack, planText } from "../../packages/plan-review/__tests__/plans";

const folder = mkdtempSync(join(tmpdir(), "plan-review-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

const safe: PlannedStack = { changes: [{ after: { name: "topic" } }] };
const look: PlannedStack = {
  changes: [{ type: "aws_lambda_function", before: { timeout: 3 }, after: { timeout: 28 } }],
};
const stop: PlannedStack = { changes: [{ type: "aws_s3_bucket", before: { bucket: "b" } }] };

/** Runs the program on one plan. */
function run(planned: PlannedStack, ...args: string[]) {
  writeFileSync(join(folder, "network.json"), planText(planned));
  return runWith("--plans", folder, ...args);
}

function runWith(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const command = ["ops/run.mjs", "ops/review/command.ts", "--environment", "test", ...args];
    const child = execFile(process.execPath, command, (_, stdout, stderr) =>
      done({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test("the exit code is the verdict", async () => {
  expect((await run(safe)).code).toBe(0);
  expect((await run(look)).code).toBe(2);
  expect((await run(stop)).code).toBe(3);
});

test("a label on the merge request lets a stop pass, and the output says so", async () => {
  const { code, stdout, stderr } = await run(stop, "--labels", "bug,stop-accepted");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Stop: test/);
  expect(stderr).toBe("stop-accepted is set on the merge request: the stop passes\n");
  expect((await run(stop, "--labels", "not-stop-accepted")).code).toBe(3);
});

test("every form is written where it is asked for", async () => {
  const [markdown, html, report] = ["made/review.md", "made/review.html", "made/report.json"].map((name) =>
    join(folder, name),
  );
  const { stdout } = await run(
    look,
    "--json",
    "--markdown",
    `${markdown}`,
    "--html",
    `${html}`,
    "--gitlab-report",
    `${report}`,
  );
  expect(JSON.parse(stdout).verdict).toBe("look");
  expect(readFileSync(`${markdown}`, "utf8")).toMatch(/^## 🟡 Look: `test`/);
  expect(readFileSync(`${html}`, "utf8")).toMatch(/^<!doctype html>/);
  expect(JSON.parse(readFileSync(`${report}`, "utf8"))).toEqual({ create: 0, update: 1, delete: 0 });
});

test("a plan that cannot be reviewed is one line and exit code 1, never safe", async () => {
  const broken = join(folder, "broken");
  expect((await runWith("--plans", broken)).code).toBe(1);
  writeFileSync(join(folder, "network.json"), planText(stop).slice(0, -9));
  const { code, stdout, stderr } = await runWith("--plans", folder);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^\S+network\.json is not whole JSON .*\n$/);
});

test.each(["no-such-branch", "--upload-pack=x", ""])(
  "BASE=%s is no revision: one line, exit code 1, nothing left behind",
  async (base) => {
    const { code, stderr } = await runWith(`--base=${base}`);
    expect(code).toBe(1);
    expect(stderr).toBe(`BASE must be a revision that git knows, such as origin/main, got ${base}\n`);
  },
);

test("plans and a base contradict each other", async () => {
  const { code, stderr } = await run(safe, "--base", "HEAD");
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "--base plans on the rehearsal, so it cannot be given with --plans\n",
  });
});

test("--help says what the exit codes mean", async () => {
  const { code, stdout } = await runWith("--help");
  expect(code).toBe(0);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("safe (exit code 0), look (2) or stop (3); 1 is an error");
});

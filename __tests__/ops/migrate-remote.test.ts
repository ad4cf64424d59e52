import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verify } from "@node-rs/argon2";
import { unzipSync } from "fflate";
import { zip } from "../../ops/program/zip";
import { AwsError } from "./aws-stand-in/call";
import { AwsStandIn } from "./aws-stand-in/server";
import { runProgram } from "./run-program";

let aws: AwsStandIn;
let folder: string;
let args: string[];

beforeEach(async () => {
  aws = await AwsStandIn.start();
  folder = await mkdtemp(join(tmpdir(), "migrate-remote-"));
  const artifact = join(folder, "migrations.zip");
  await writeFile(artifact, "zip");
  args = ["--environment", "development", "--artifact", artifact, "--interval", "0.001"];
});
afterEach(async () => {
  await aws.stop();
  await rm(folder, { recursive: true });
});

const migrate = (signalAt?: { text: string; signal: NodeJS.Signals }) =>
  runProgram("ops/migrate-remote/command.ts", args, { env: aws.environment, ...(signalAt && { signalAt }) });

describe("the program migrate-remote", () => {
  test("writes the build's log to stdout, its own progress to stderr, and exits 0", async () => {
    const { exitCode, stdout, stderr } = await migrate();
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "migrating\ndone\n" });
    expect(stderr).toContain("development-migrations:build-1 succeeded");
  });

  test("names the smoke test's user in the archive that it uploads, with the hash of its password alone", async () => {
    const password = "random characters, 24 of them";
    await writeFile(join(folder, "migrations.zip"), zip([{ name: "migrate.mjs", content: "migrate" }]));
    const env = { ...aws.environment, SMOKE_TEST_USERNAME: "smoke", SMOKE_TEST_PASSWORD: password };
    const { exitCode, stdout, stderr } = await runProgram("ops/migrate-remote/command.ts", args, { env });
    expect(exitCode).toBe(0);
    const [uploaded = Buffer.alloc(0)] = aws.s3.objects.values();
    const { "smoke-user.json": named, ...others } = unzipSync(uploaded);
    expect(Object.keys(others)).toEqual(["migrate.mjs"]);
    const user = JSON.parse(Buffer.from(named ?? []).toString());
    expect(user).toEqual({ username: "smoke", passwordHash: expect.any(String) });
    expect(await verify(user.passwordHash, password)).toBe(true);
    expect(`${stdout}${stderr}${uploaded.toString("latin1")}`).not.toContain(password);
  });

  test("uploads the archive as it is, and says so, where nobody names a user", async () => {
    expect((await migrate()).stderr).toContain("are not set: no user of the smoke test is written");
    expect([...aws.s3.objects.values()].map(String)).toEqual(["zip"]);
  });

  test.each([
    { SMOKE_TEST_USERNAME: "smoke" },
    { SMOKE_TEST_PASSWORD: "random characters, 24 of them" },
    { SMOKE_TEST_USERNAME: "smoke", SMOKE_TEST_PASSWORD: "guessable" },
  ])("refuses half a user, or a password that can be guessed, before it uploads anything: %j", async (given) => {
    const env = { ...aws.environment, ...given };
    const { exitCode, stderr } = await runProgram("ops/migrate-remote/command.ts", args, { env });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("24 random characters or more")]);
    expect(aws.calls).toEqual([]);
  });

  test("exits as the build's command exited", async () => {
    aws.codebuild.steps = [
      { phase: "COMPLETED", status: "FAILED", failure: { phase: "BUILD", message: "Reason: exit status 7" } },
    ];
    expect((await migrate()).exitCode).toBe(7);
  });

  test("stops its build when GitLab cancels the job, and exits as a terminated process does", async () => {
    aws.codebuild.steps = [{ phase: "BUILD", log: ["ALTER TABLE users"] }];
    const { exitCode, stderr } = await migrate({ text: "ALTER TABLE users", signal: "SIGTERM" });
    expect(exitCode).toBe(143);
    expect(stderr).toMatch(/stopped development-migrations:build-1\ncancelled by SIGTERM\n$/);
    expect(aws.codebuild.stopped).toEqual(["development-migrations:build-1"]);
  });

  test("stops a build that takes longer than the time limit", async () => {
    aws.codebuild.steps = [{ phase: "BUILD" }];
    args.push("--time-limit", "2");
    const { exitCode, stderr } = await migrate();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("the migration took longer than 2 s and was stopped: see --time-limit");
    expect(aws.codebuild.stopped).toEqual(["development-migrations:build-1"]);
  });

  test("says in one sentence that the credentials have expired", async () => {
    aws.next(
      "codebuild:ListBuildsForProject",
      () => new AwsError("ExpiredTokenException", "The security token included in the request is expired"),
    );
    const { exitCode, stderr } = await migrate();
    expect(exitCode).toBe(1);
    expect(stderr.trim().split("\n").at(-1)).toBe(
      "the AWS credentials have expired: run the job again, so that it assumes its role anew",
    );
  });

  test.each([
    ["an unknown environment", ["--environment", "nowhere"], "It must be one of development, staging, production."],
    ["an artifact that is not there", ["--artifact", "missing.zip"], "--artifact must be a file, got missing.zip"],
    ["a time limit that is no number", ["--time-limit", "soon"], "It must be a number above 0."],
  ])("refuses %s in one line", async (_what, wrong, message) => {
    args.push(...wrong);
    const { exitCode, stderr } = await migrate();
    expect(exitCode).toBe(1);
    expect(stderr.trim().split("\n")).toEqual([expect.stringContaining(message)]);
  });

  test("explains itself with --help", async () => {
    args = ["--help"];
    const { exitCode, stdout } = await migrate();
    expect(exitCode).toBe(0);
    expect(stdout).toContain("--time-limit <seconds>");
  });
});

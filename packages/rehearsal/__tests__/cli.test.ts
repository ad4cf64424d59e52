import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chain } from "./programs/small";
import { synthesized, written } from "./programs/written";

const folder = mkdtempSync(join(tmpdir(), "rehearsal-cli-"));
const out = join(folder, "cdktf.out");
beforeAll(() => chain(out, 3));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function cli(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ["ops/run.mjs", "packages/rehearsal/src/cli.ts", ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}

const oneLine = (message: string) => ({
  code: 1,
  stdout: "",
  stderr: expect.stringMatching(new RegExp(`^${message}\n$`)),
});

it("writes the resource of an import that has none, as the cdktf CLI does, and Terraform's folders must have it", async () => {
  const program = {
    terraform: { required_providers: { aws: { source: "hashicorp/aws" } } },
    provider: { aws: [{ region: "eu-west-1" }] },
    import: [{ to: "aws_s3_bucket.kept", id: "a-bucket-that-is-there" }],
  };
  const ofCdktf = await cli(["rehearse", synthesized(join(folder, "imports"), { imports: program })]);
  expect(ofCdktf.code).toBe(0);
  expect(ofCdktf.stderr).toMatch(
    /^deployed 1 stack in [\d.]+ s\nfound no difference in [\d.]+ s\ndestroyed 1 stack in /m,
  );
  const ofTerraform = await cli([
    "rehearse",
    written(join(folder, "imports-of-terraform"), { "main.tf.json": JSON.stringify(program) }),
  ]);
  expect(ofTerraform.code).toBe(1);
  expect(ofTerraform.stderr).toContain("Configuration for import target does not exist");
});

describe("plan", () => {
  it("plans a stack after those it reads, and leaves the synthesized program as it was", async () => {
    const { code, stdout } = await cli(["plan", out]);
    expect(code).toBe(0);
    expect(stdout.match(/=== (\S+)/g)).toEqual(["=== chain-1", "=== chain-2", "=== chain-3"]);
    expect(stdout).toMatch(/chain-3 {2,}1 {2,}0 {2,}0 {2,}0\ntotal {2,}3 {2,}0 {2,}0 {2,}0\n$/);
    // What the stack before gave is known, because its plan was applied.
    expect(stdout).toContain('"before" = "arn:aws:sqs:eu-west-1:123456789012:queue-2"');
    expect(readdirSync(join(out, "stacks", "chain-1"))).toEqual(["cdk.tf.json"]);
  });

  it("takes what a picked stack reads along, and writes plans and a summary for programs", async () => {
    const plans = join(folder, "plans");
    const { stdout } = await cli(["plan", out, "--stacks", "*-2", "--json", "--out", plans]);
    const one = { add: 1, change: 0, replace: 0, destroy: 0 };
    expect(JSON.parse(stdout)).toEqual({
      stacks: [
        { stack: "chain-1", ...one },
        { stack: "chain-2", ...one },
      ],
    });
    expect(readdirSync(plans).sort()).toEqual(["chain-1.json", "chain-2.json"]);
    expect(JSON.parse(readFileSync(join(plans, "chain-1.json"), "utf8"))).toHaveProperty("resource_changes");
  });

  it("compares with a program that is deployed already, changed by hand or not", async () => {
    const before = join(folder, "before");
    chain(before, 1);
    const drift = join(folder, "drift.json");
    writeFileSync(drift, JSON.stringify([{ type: "aws_sqs_queue", set: { delay_seconds: 30, name: "renamed" } }]));
    const { stdout } = await cli(["plan", out, "--from", before, "--drift", drift, "--stacks", "chain-1", "--json"]);
    expect(JSON.parse(stdout).stacks).toEqual([{ stack: "chain-1", add: 0, change: 0, replace: 1, destroy: 0 }]);
  });

  it("names the stacks there are when a pattern picks none", async () => {
    expect(await cli(["plan", out, "--stacks", "prod-*"])).toEqual(
      oneLine("no stack is named prod-\\*: there are chain-1, chain-2, chain-3"),
    );
  });

  it("asks for a synthesis when there is none", async () => {
    expect(await cli(["plan", join(folder, "nowhere")])).toEqual(oneLine(".*nowhere does not exist: .*cdktf synth.*"));
  });

  it.each(["manifest.json", "stacks/chain-2/cdk.tf.json"])("asks for a synthesis when %s is cut off", async (file) => {
    const cut = join(folder, "cut");
    chain(cut, 2);
    truncateSync(join(cut, file), 100);
    expect(await cli(["plan", cut])).toEqual(oneLine(".*\\.json is not whole JSON: synthesize again .*"));
  });

  it("asks for Terraform when the PATH has none, or one too old", async () => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, "node"));
    const wanted = "Terraform 1.10 or newer is needed \\(install-terraform of @platform/terraform installs it\\)";
    expect(await cli(["plan", out], { PATH: bin })).toEqual(oneLine(`terraform is not on the PATH: ${wanted}`));
    const old = '#!/bin/sh\necho \'{"terraform_version": "1.9.8"}\'\n';
    writeFileSync(join(bin, "terraform"), old, { mode: 0o755 });
    expect(await cli(["plan", out], { PATH: `${bin}:/bin` })).toEqual(
      oneLine(`the Terraform on the PATH is 1.9.8: ${wanted}`),
    );
  });
});

describe("rehearse", () => {
  it("deploys with the cdktf CLI, finds no difference, destroys, and keeps what the CLI said", async () => {
    const log = join(folder, "log", "rehearse.log");
    const { code, stderr } = await cli(["rehearse", out, "--stacks", "chain-2", "--cdktf", "--log", log]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/chain-2: Apply complete! .*1 added[\s\S]*found no difference[\s\S]*destroyed 2 stacks/);
    expect(readFileSync(log, "utf8")).toContain("Destroy complete! Resources: 1 destroyed.");
  });

  it("keeps what the CLI said in the user's cache folder, which two at once share", async () => {
    const env = { XDG_CACHE_HOME: join(folder, "cache") };
    const rehearse = () => cli(["rehearse", out, "--stacks", "chain-1", "--cdktf"], env);
    for (const { code, stderr } of await Promise.all([rehearse(), rehearse()]))
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(readFileSync(join(folder, "cache/rehearsal/rehearse.log"), "utf8")).toContain("Destroy complete!");
  });

  it("needs no cache folder that can be written", async () => {
    writeFileSync(join(folder, "file"), "");
    const env = { XDG_CACHE_HOME: join(folder, "file"), TMPDIR: join(folder, "temporary") };
    mkdirSync(env.TMPDIR);
    const { code, stderr } = await cli(["rehearse", out, "--stacks", "chain-1", "--cdktf"], env);
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(readdirSync(env.TMPDIR)).toEqual(["rehearse.log"]);
  });
});

describe("serve", () => {
  it("refuses a port in use in one sentence", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = String(typeof address === "object" ? address?.port : 0);
    const answer = await cli(["serve", out, "--s3-port", port]);
    other.close();
    expect(answer).toEqual(oneLine(`port ${port} for S3 is in use: stop what listens on it or choose another`));
  });

  it("prints what a terraform command by hand needs, and leaves nothing behind", async () => {
    const child = spawn(process.execPath, ["ops/run.mjs", "packages/rehearsal/src/cli.ts", "serve", out]);
    let said = "";
    for await (const text of child.stderr.setEncoding("utf8")) {
      said += text;
      if (said.includes("Ctrl-C")) break;
    }
    const stack = /^ {2}(\S+)$/m.exec(said)?.[1] ?? "";
    expect(existsSync(join(stack, "cdk.tf.json"))).toBe(true);
    const exited = once(child, "exit");
    child.kill("SIGINT");
    expect(await exited).toEqual([130, null]);
    expect(existsSync(dirname(stack))).toBe(false);
  });
});

describe("facts", () => {
  it("prints what is known of a type, and whence", async () => {
    const { code, stdout } = await cli(["facts", "aws_db_instance"]);
    expect(code).toBe(0);
    // Of the provider's documentation: the engine cannot be changed, the password is hidden, and so on.
    expect(stdout).toMatch(/^aws_db_instance: @cdktf\/provider-aws .*hashicorp\/aws /);
    expect(stdout).toMatch(/^engine +optional +filled in +replaces/m);
    expect(stdout).toMatch(/^password +optional +hidden +in place/m);
    expect(stdout).toMatch(/^tags +optional +in place$/m);
    expect(stdout).toMatch(/^port +optional +filled in +in place/m);
    // What is in a block stands below it.
    expect(stdout).toMatch(/^s3_import \{\}.*\n {2}bucket_name +required .*replaces/m);
    expect(stdout).toMatch(/^ {2}identifier conflicts with identifier_prefix$/m);
    expect(stdout).toMatch(/^ {2}arn: arn:\{partition\}:rds:/m);
    expect(stdout).toMatch(/^sources\n {2}Go source of hashicorp\/terraform-provider-aws 6/m);
  });

  it("prints them as JSON", async () => {
    const { stdout } = await cli(["facts", "random_password", "--json"]);
    expect(JSON.parse(stdout).members).toContainEqual(
      expect.objectContaining({ name: "length", given: "required", change: "replaces" }),
    );
  });

  it.each([
    ["aws_teapot", "@cdktf/provider-aws .* has no resource aws_teapot"],
    ["tea_pot", "no bindings of a provider tea are installed: npm install --save-dev @cdktf/provider-tea"],
    ["teapot", "no bindings of a provider teapot are installed: .*"],
  ])("says in one line why it knows nothing of %s", async (type, message) => {
    expect(await cli(["facts", type])).toEqual(oneLine(message));
  });
});

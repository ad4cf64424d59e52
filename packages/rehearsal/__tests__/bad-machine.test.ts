import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { lasting } from "../src/lasting";
import { written } from "./programs/written";

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), "bad-machine-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const queue = 'resource "aws_sqs_queue" "queue" {}';
const program = written(join(folder, "program"), { "main.tf": queue, file: "" });
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const installed = (files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`node_modules/@cdktf/provider-aws/${path}`, text]));
const manifest = JSON.stringify({
  name: "@cdktf/provider-aws",
  version: "21.0.0",
  cdktf: { provider: { name: "registry.terraform.io/hashicorp/aws", version: "6.0.0" } },
});

/** A PATH on which `terraform` is what a test says. */
function path(name: string, terraform: string, mode = 0o755): { PATH: string } {
  const bin = join(folder, name);
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, "node"));
  writeFileSync(join(bin, "terraform"), terraform, { mode });
  return { PATH: `${bin}:/usr/bin:/bin` };
}

interface Bad {
  readonly files?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly says: RegExp;
}

const machines: Readonly<Record<string, Bad>> = {
  "a folder for plans where the system makes none": {
    args: ["--out", "/proc/plans/of/mine"],
    says: /^ENOENT: .*\/proc\/plans/,
  },
  "a folder for plans below a file": { args: ["--out", join(program, "file/plans")], says: /^ENOTDIR: / },
  "JSON that is nested 20,000 deep": {
    files: { "main.tf.json": `{"locals":{"a":${nested(20_000)}}}` },
    says: /^.*main\.tf\.json: a value is nested more than 500 deep/,
  },
  "HCL that is nested 20,000 deep": {
    files: { "main.tf": `locals {\n  a = ${nested(20_000)}\n}\n` },
    says: /^.*main\.tf: Maximum call stack/,
  },
  "a manifest that is nested 20,000 deep": {
    files: { "manifest.json": nested(20_000) },
    says: /is no manifest of cdktf/,
  },
  "a count that no memory is enough for": {
    files: { "main.tf": 'resource "aws_sqs_queue" "queue" {\n  count = 100000000\n}' },
    says: /^stack .+: aws_sqs_queue\.queue has a count of 100000000: Terraform would need some 320 GB/,
  },
  "bindings that were installed without their files": {
    files: { "main.tf": queue, ...installed({ "package.json": manifest }) },
    says: /^stack .+: @cdktf\/provider-aws 21\.0\.0 is not whole, it has no provider: install it again/,
  },
  "bindings whose files are empty": {
    files: {
      "main.tf": queue,
      ...installed({ "package.json": manifest, "lib/provider/index.js": "", "lib/sqs-queue/index.js": "" }),
    },
    says: /^stack .+: the binding is of another form/,
  },
  "bindings whose package.json was cut off": {
    files: { "main.tf": queue, ...installed({ "package.json": "{" }) },
    says: /^stack .*package\.json is not whole JSON: install it again/,
  },
  "changes by hand that are no list": {
    files: { "main.tf": queue, "drift.json": "{}" },
    args: ["--drift", join(folder, "changes by hand that are no list", "drift.json")],
    says: /drift\.json is no list of changes/,
  },
  "a Terraform that may not be executed": {
    env: path("mode", "", 0o644),
    says: /^the terraform on the PATH is no program that this machine can run \(EACCES\): Terraform 1\.10/,
  },
  "a Terraform that was cut off": {
    env: path("cut", "\u007fELF"),
    says: /^the Terraform on the PATH is of no known version/,
  },
  "a Terraform that is ended by the system": {
    env: path("ended", '#!/bin/sh\n[ "$1" = version ] && echo \'{"terraform_version": "1.11.4"}\' || kill -9 $$\n'),
    says: /^terraform init ended without a word \(SIGKILL\)/,
  },
  "no folder for temporary files": { env: { TMPDIR: join(folder, "nowhere") }, says: /^ENOENT: .*nowhere/ },
};

test.each(Object.entries(machines))("%s: one message, exit code 1, and nothing is left behind", async (name, bad) => {
  const given = bad.files === undefined ? program : written(join(folder, name), bad.files);
  const temporary = join(folder, `temporary ${name}`);
  mkdirSync(temporary);
  const args = ["ops/run.mjs", "packages/rehearsal/src/cli.ts", "plan", given, "--summary", ...(bad.args ?? [])];
  const { exitCode, stdout, stderr } = await execa(process.execPath, args, {
    env: { TMPDIR: temporary, ...bad.env },
    reject: false,
    timeout: 100_000,
    killSignal: "SIGKILL",
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(bad.says);
  expect(stderr).not.toMatch(/\n {4}at /);
  expect(readdirSync(temporary)).toEqual([]);
});

test("work that lasts says so every ten seconds, and no longer", async () => {
  jest.useFakeTimers();
  const told: string[] = [];
  let end = () => {};
  const work = new Promise<void>((resolve) => {
    end = resolve;
  });
  const waited = lasting("network: planning", (line) => told.push(line), work);
  jest.advanceTimersByTime(25_000);
  end();
  await waited;
  jest.advanceTimersByTime(60_000);
  expect(told).toEqual(["network: planning for 10 s already", "network: planning for 20 s already"]);
});

import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { z } from "zod";
import { written } from "../../packages/rehearsal/__tests__/programs/written";

jest.setTimeout(600_000);

const readme = readFileSync("packages/rehearsal/README.md", "utf8");
const folder = realpathSync(mkdtempSync(join(tmpdir(), "readme-")));
/** What a stranger has: a program, and no file of this repository but the packed packages. */
const project = join(folder, "project");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The examples' fenced blocks of a language, in order. */
const examples = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, text = ""]) => text);

/** A shell as a pipeline's is: it stops at the first command that fails. */
function shell(cwd: string, script: string) {
  const { PATH = "" } = process.env;
  const paths = PATH.split(":").filter((path) => !path.includes("node_modules"));
  const npm = { npm_config_prefer_offline: "true", npm_config_ignore_scripts: "true", npm_config_audit: "false" };
  const env = { PATH: paths.join(":"), HOME: folder, NO_COLOR: "1", npm_config_fund: "false", ...npm };
  // As people see it: in the order in which it is said.
  return execa("bash", ["-e", "-o", "pipefail", "-c", script], {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    all: true,
  });
}

beforeAll(async () => {
  const packages = ["terraform", "rehearsal"];
  mkdirSync(join(folder, "tarballs"));
  const workspaces = packages.flatMap((name) => ["--workspace", `@platform/${name}`]);
  await execa("npm", ["pack", ...workspaces, "--pack-destination", join(folder, "tarballs"), "--loglevel=error"]);
  const { version } = JSON.parse(readFileSync("node_modules/@cdktf/provider-aws/package.json", "utf8"));
  const tarballs = packages.map((name) => [`@platform/${name}`, `file:tarballs/platform-${name}-0.1.0.tgz`]);
  cpSync(join(folder, "tarballs"), join(project, "tarballs"), { recursive: true });
  const stack = `
    const from = require("node:module").createRequire(${JSON.stringify(resolve("package.json"))});
    const { App, TerraformStack } = from("cdktf");
    const app = new App();
    const stack = new TerraformStack(app, "orders");
    new (from("@cdktf/provider-aws/lib/provider").AwsProvider)(stack, "aws", { region: "eu-west-1" });
    new (from("@cdktf/provider-aws/lib/sqs-queue").SqsQueue)(stack, "queue", { name: "orders" });
    app.synth();`;
  written(project, {
    "package.json": JSON.stringify({
      private: true,
      dependencies: { ...Object.fromEntries(tarballs), "@cdktf/provider-aws": version, "cdktf-cli": "file:cdktf-cli" },
    }),
    // This repository's own, which takes minutes to install.
    "cdktf-cli/package.json": JSON.stringify({ name: "cdktf-cli", version: "0.0.0", bin: { cdktf: "cdktf" } }),
    "cdktf-cli/cdktf": `#!/bin/sh\nexec '${resolve("node_modules/.bin/cdktf")}' "$@"\n`,
    "cdktf.json": JSON.stringify({ language: "typescript", app: "node main.cjs" }),
    "main.cjs": stack,
    "infra/main.tf": `
      terraform {
        required_version = "~> 0.14"
        backend "gcs" {
          bucket = "states"
        }
      }
      variable "region" {}
      provider "aws" {
        region = var.region
      }
      resource "aws_sqs_queue" "queue" {
        name = "orders"
        provisioner "local-exec" {
          command = "exit 1"
        }
        provisioner "local-exec" {
          when    = destroy
          command = "exit 1"
        }
      }`,
    ".gitignore": "node_modules\n",
    ".gitlab-ci.yml": examples("yaml").find((text) => text.includes("script:")) ?? "",
  });
  const made = await shell(
    project,
    `chmod +x cdktf-cli/cdktf
     npm install --package-lock-only --legacy-peer-deps --loglevel=error
     echo legacy-peer-deps=true > .npmrc
     git init --quiet --initial-branch main && git add --all
     git -c user.name=test -c user.email=test@example.com commit --quiet --message Begun
     git remote add origin https://gitlab.com/some/project.git`,
  );
  if (made.exitCode !== 0) throw new Error(made.all);
});

/** Where the steps for GitHub Actions run; what they installed is there for the session. */
const checkout = join(folder, "checkout");
const rehearsed = /deployed 1 stack in [\s\S]*found no difference in [\s\S]*destroyed 1 stack in /;

test("the steps for GitHub Actions run as they are written, in a clean checkout", async () => {
  const form = z.object({ steps: z.array(z.union([z.object({ uses: z.string() }), z.object({ run: z.string() })])) });
  const { steps } = form.parse(parse(examples("yaml").find((text) => text.includes("steps:")) ?? ""));
  let said = "";
  for (const step of steps) {
    const script = "run" in step ? step.run : `git clone --quiet '${project}' .`;
    if ("uses" in step) mkdirSync(checkout);
    const { exitCode, all } = await shell(checkout, script);
    said += all;
    expect({ script, exitCode, said: exitCode === 0 ? "" : said }).toEqual({ script, exitCode: 0, said: "" });
  }
  expect(said).toMatch(rehearsed);
});

test("the job for GitLab CI runs as it is written", async () => {
  const program = resolve("node_modules/gitlab-ci-local/src/index.js");
  const arguments_ = `--require '${resolve("__tests__/ops/pipeline/re2.cjs")}' '${program}' rehearse --force-shell-executor`;
  const { exitCode, all } = await shell(project, `node ${arguments_}`);
  expect({ exitCode, all: exitCode === 0 ? "" : all }).toEqual({ exitCode: 0, all: "" });
  expect(all).toMatch(rehearsed);
});

test("the session that the README shows is what is said", async () => {
  const [, command = "", session = ""] = /^```\n\$ (npx rehearsal .*)\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  const { exitCode, all = "" } = await shell(checkout, command);
  const masked = (text: string) => text.trim().replaceAll(/\d+\.\d s/g, "0.0 s");
  expect({ exitCode, said: masked(all) }).toEqual({ exitCode: 0, said: masked(session) });
});

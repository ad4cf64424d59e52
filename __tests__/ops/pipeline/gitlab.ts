import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { installPackages } from "../installed-packages";

/** A job that ran, and how it ended. */
export interface PipelineRun {
  readonly exitCode: number | null;
  /** What GitLab would show as the jobs' logs. */
  readonly log: string;
}

/** The project as a runner checks it out, where jobs run for real without touching this working tree. */
export class Checkout {
  readonly folder = mkdtempSync(join(tmpdir(), "pipeline-"));
  private validated = false;

  constructor() {
    const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"], {
      encoding: "utf8",
    });
    for (const file of listed.split("\n").filter((name) => name !== "")) {
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      cpSync(file, join(this.folder, file), { force: true, verbatimSymlinks: true, recursive: true });
    }
    this.git("init", "--quiet", "--initial-branch", "main");
    this.git("add", "--all");
    this.git(
      "-c",
      "user.name=test",
      "-c",
      "user.email=test@example.com",
      "commit",
      "--quiet",
      "--message",
      "Checked out",
    );
    this.git("remote", "add", "origin", "https://gitlab.com/platform/platform.git");
    // A runner's cache.
    installPackages(this.folder);
  }

  /** Runs jobs of .gitlab-ci.yml by name with gitlab-ci-local's shell executor, in the order of their needs. */
  async run(jobs: readonly string[], variables: Readonly<Record<string, string>>): Promise<PipelineRun> {
    const given = Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
    return this.gitlab([...jobs, "--force-shell-executor", ...given]);
  }

  /** Runs gitlab-ci-local with arguments of its own. The first run compares .gitlab-ci.yml, which no run changes, with GitLab's schema. */
  gitlab(args: readonly string[]): Promise<PipelineRun> {
    const program = resolve("node_modules/gitlab-ci-local/src/index.js");
    const preload = ["--require", resolve("__tests__/ops/pipeline/re2.cjs")];
    const schema = this.validated ? ["--no-json-schema-validation"] : [];
    this.validated = true;
    return this.spawn(process.execPath, [...preload, program, ...args, ...schema], {});
  }

  /** Runs targets of the Makefile, as a job's script does. */
  make(targets: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<PipelineRun> {
    return this.spawn("make", targets, variables);
  }

  private async spawn(
    program: string,
    args: readonly string[],
    variables: Readonly<Record<string, string>>,
  ): Promise<PipelineRun> {
    const child = spawn(program, args, {
      cwd: this.folder,
      env: {
        PATH: `${resolve("node_modules/.bin")}:${process.env.PATH}`,
        HOME: this.folder,
        NO_COLOR: "1",
        ...variables,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let log = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        log += text;
      });
    }
    await once(child, "close");
    return { exitCode: child.exitCode, log };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private git(...args: string[]): void {
    execFileSync("git", args, { cwd: this.folder });
  }
}

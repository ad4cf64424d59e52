import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { Failure } from "../../runtime/failure";
import { runCommand } from "../program/run-command";

export interface RehearseOptions {
  readonly environment: string;
  /** Git revision whose stacks are deployed already. @default an empty account */
  readonly base?: string;
}

export interface RehearsedPlans {
  /** Folder of the plans. */
  readonly plans: string;
  /** The synthesized program that was planned. */
  readonly synthesized: string;
  /** Stacks of the revision that the working tree has no more. */
  readonly gone: readonly string[];
  remove(): Promise<void>;
}

/**
 * Plans the working tree's stacks on the rehearsal, without an account: against nothing, or against what a revision of
 * the project would have built.
 *
 * @throws {Failure} when git does not know the revision, or a program fails, with the program's words
 */
export async function rehearsePlans(
  { environment, base }: RehearseOptions,
  cancelled: AbortSignal,
): Promise<RehearsedPlans> {
  const commit = base === undefined ? undefined : await commitOf(base, cancelled);
  const folder = await mkdtemp(join(tmpdir(), "plan-review-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  const synthesized = join(folder, "cdktf.out");
  const plans = join(folder, "plans");
  const deployed = join(folder, "base");
  try {
    if (commit !== undefined) await checkOut(commit, deployed, cancelled);
    await Promise.all([
      synthesize(".", { environment, out: synthesized, of: "the working tree" }, cancelled),
      ...(commit === undefined
        ? []
        : [synthesize(deployed, { environment, out: join(deployed, "cdktf.out"), of: `${base}` }, cancelled)]),
    ]);
    const from = commit === undefined ? [] : ["--from", join(deployed, "cdktf.out")];
    const rehearsal = [process.execPath, "ops/run.mjs", "packages/rehearsal/src/cli.ts"];
    await runCommand([...rehearsal, "plan", synthesized, "--out", plans, "--summary", ...from], {
      cancelSignal: cancelled,
      doing: "the rehearsal",
    });
    const gone = commit === undefined ? [] : await stacksOf(join(deployed, "cdktf.out"));
    const kept = new Set(await stacksOf(synthesized));
    return { plans, synthesized, gone: gone.filter((stack) => !kept.has(stack)), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function commitOf(revision: string, cancelled: AbortSignal): Promise<string> {
  const command = ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  const commit = await runCommand(command, { cancelSignal: cancelled }).catch(() => "");
  if (commit === "") throw new Failure(`BASE must be a revision that git knows, such as origin/main, got ${revision}`);
  return commit.trim();
}

/** A tree of its own, so that nothing here is touched; it shares the installed packages. */
async function checkOut(commit: string, folder: string, cancelled: AbortSignal): Promise<void> {
  await mkdir(folder);
  const archive = join(folder, "..", "base.tar");
  await runCommand(["git", "archive", "--output", archive, commit], { cancelSignal: cancelled });
  await runCommand(["tar", "-xf", archive, "-C", folder], { cancelSignal: cancelled });
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
}

const project = z.object({ app: z.string() });

/** Runs the program that the tree itself names in cdktf.json. */
async function synthesize(
  tree: string,
  { environment, out, of }: { environment: string; out: string; of: string },
  cancelled: AbortSignal,
): Promise<void> {
  const file = join(tree, "cdktf.json");
  const parsed = existsSync(file) ? project.safeParse(JSON.parse(await readFile(file, "utf8"))) : undefined;
  if (!parsed?.success) throw new Failure(`${of} has no cdktf.json with an app, so its stacks cannot be synthesized`);
  const env = { ENV: environment, CDKTF_OUTDIR: out };
  await runCommand(["sh", "-c", parsed.data.app], {
    cancelSignal: cancelled,
    cwd: tree,
    env,
    doing: `synthesizing ${of}`,
  });
}

/** cdktf gives each stack a folder of its name. */
function stacksOf(synthesized: string): Promise<string[]> {
  return readdir(join(synthesized, "stacks"));
}

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { types } from "node:util";
import type { Account } from "../../config/account";
import { accounts } from "../../config/accounts";
import type { Environment } from "../../config/environment";
import { environments } from "../../config/environments";
import type { Service } from "../../config/service";
import { services } from "../../config/services";
import { shared } from "../test-run";

/** A resource as Terraform will read it. */
export interface Resource {
  readonly stack: string;
  readonly type: string;
  readonly name: string;
  /** Its path of construct ids, below the stack. */
  readonly path: string;
  readonly settings: Settings;
}

/** Settings of a resource or a block, by Terraform's names. */
export type Settings = { readonly [name: string]: unknown };

export interface SynthesizeOptions {
  /** @default the example's */
  readonly environments?: readonly Environment[];
  /** @default all of them */
  readonly chosen?: readonly Environment[];
  /** @default none */
  readonly accounts?: readonly Account[];
  /** @default the example's */
  readonly services?: readonly Service[];
  readonly bootstrap?: boolean;
  /** What stands in for a function's bundle. @default a text */
  readonly code?: string;
}

/** The platform as config/ has it: for what must be true of whatever stands there. */
export const realPlatform: SynthesizeOptions = { environments, accounts, services };

/** Reads the synthesized platform. Made once a run for the same options and shared by its suites: copy what is to be changed. */
export function withSynthesized<T>(options: SynthesizeOptions, read: (folder: string) => T): T {
  const folder = sharedFolder(options);
  const ended = join(folder, "ended");
  if (isFirst(folder)) {
    writeFileSync(join(folder, "options.json"), JSON.stringify(options));
    const { status, stderr } = spawnSync(process.execPath, ["ops/run.mjs", "__tests__/stacks/synthesizer.ts", folder], {
      encoding: "utf8",
    });
    writeFileSync(`${ended}.part`, status === 0 ? "" : `the synthesizer ended with code ${status}: ${stderr}`);
    renameSync(`${ended}.part`, ended);
  }
  while (!existsSync(ended)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  const failure = readFileSync(ended, "utf8");
  if (failure !== "") throw new Error(failure);
  return read(join(folder, "cdktf.out"));
}

/** Where the run's suites share what is synthesized for the same options: options.json, cdktf.out, and `ended`, which says why it failed. */
export function sharedFolder(options: SynthesizeOptions): string {
  return shared(`synthesized-${createHash("sha1").update(JSON.stringify(options)).digest("hex")}`);
}

/** Whether no other suite has made the folder before. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    // Not `instanceof Error`: Node throws its own realm's, and jest runs in another.
    if (types.isNativeError(error) && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Every synthesized file, by its path below the folder. */
export function files(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]),
  );
}

/** Every resource of every stack. */
export function resources(options: SynthesizeOptions = {}): readonly Resource[] {
  return withSynthesized(options, (folder) =>
    readdirSync(join(folder, "stacks")).flatMap((stack) => {
      const program: Program = JSON.parse(readFileSync(join(folder, "stacks", stack, "cdk.tf.json"), "utf8"));
      return Object.entries(program.resource).flatMap(([type, named]) =>
        Object.entries(named).map(([name, { "//": comment, ...settings }]) => ({
          stack,
          type,
          name,
          path: comment.metadata.path.slice(stack.length + 1),
          settings,
        })),
      );
    }),
  );
}

interface Program {
  readonly resource: Record<string, Record<string, { readonly "//": { metadata: { path: string } } } & Settings>>;
}

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { Environment } from "../../config/environment";
import { environments } from "../../config/environments";
import type { Service } from "../../config/service";
import { services } from "../../config/services";
import { platform } from "../../stacks/platform";
import { exampleEnvironments, exampleServices } from "../platform-fixture";

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
  /** @default the example's */
  readonly services?: readonly Service[];
  readonly bootstrap?: boolean;
}

/** The platform as config/ has it: for what must be true of whatever stands there. */
export const realPlatform: SynthesizeOptions = { environments, services };

/** Synthesizes the platform into a folder that is gone afterwards; what `read` takes from it stays. */
export function withSynthesized<T>(options: SynthesizeOptions, read: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "synthesized-"));
  try {
    const bundle = join(folder, "bundle.zip");
    writeFileSync(bundle, "a function's code");
    const app = new App({ outdir: join(folder, "cdktf.out") });
    platform(app, {
      environments: options.environments ?? exampleEnvironments,
      services: options.services ?? exampleServices,
      bundle: () => bundle,
      bootstrap: options.bootstrap ?? false,
    });
    app.synth();
    return read(join(folder, "cdktf.out"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
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

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { Environment } from "../../config/environment";
import type { Service } from "../../config/service";
import { type Program, Synthesis } from "../../packages/architecture/src/synthesis";
import { platform } from "../../stacks/platform";

/** Synthesizes every stack of one environment, and of the account below it. Needs no build. */
export function synthesize(environment: Environment, services: readonly Service[]): Synthesis {
  const folder = mkdtempSync(join(tmpdir(), "picture-"));
  try {
    // A picture shows no code: any file stands in for the functions' bundles.
    const bundle = join(folder, "bundle.zip");
    writeFileSync(bundle, "");
    const app = new App({ outdir: folder });
    platform(app, { environments: [environment], services, bundle: () => bundle });
    app.synth();
    const read = (stack: string): Program =>
      JSON.parse(readFileSync(join(folder, "stacks", stack, "cdk.tf.json"), "utf8"));
    return new Synthesis(readdirSync(join(folder, "stacks")).map((stack) => [stack, read(stack)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

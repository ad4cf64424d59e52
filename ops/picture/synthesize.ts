import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Synthesis } from "@platform/architecture";
import { readAssembly } from "@platform/terraform";
import { App } from "cdktf";
import type { Environment } from "../../config/environment";
import type { Service } from "../../config/service";
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
    return new Synthesis(readAssembly(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

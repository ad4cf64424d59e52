import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { draw, type Scene, Synthesis, scenes as stackScenes } from "@platform/architecture";
import { readAssembly } from "@platform/terraform";
import { App } from "cdktf";
import { accounts } from "../../config/accounts";
import type { Environment } from "../../config/environment";
import type { Service } from "../../config/service";
import { platform } from "../../stacks/platform";
import { localPlatform } from "./local";

/** What each picture shows, by its file's name: the environment, each of its stacks, the local platform. */
export function scenes(environment: Environment, services: readonly Service[]): ReadonlyMap<string, Scene> {
  const whatEveryNameHas = new RegExp(`^(${environment.name}|platform)-(gitlab-)?`);
  const drawn = stackScenes(synthesize(environment, services), {
    name: environment.name,
    prefix: `${environment.name}-`,
    order: services.map(({ name }) => name),
    shorten: (text) =>
      text
        .replace(whatEveryNameHas, "")
        .replace(/-\d{12}$/, "")
        // An edge shows whose they are.
        .replace(/^.*-dead-letters$/, "dead letters"),
    pipeline: "GitLab",
  });
  return new Map([...drawn, ["local.svg", localPlatform(services)]]);
}

/** Every picture of the documentation, by its file's name. The same input gives the same bytes. */
export function pictures(environment: Environment, services: readonly Service[]): ReadonlyMap<string, string> {
  return new Map([...scenes(environment, services)].map(([file, scene]) => [file, draw(scene)]));
}

/** Synthesizes every stack of one environment, and of the account below it. Needs no build. */
export function synthesize(environment: Environment, services: readonly Service[]): Synthesis {
  const folder = mkdtempSync(join(tmpdir(), "picture-"));
  try {
    // A picture shows no code: any file stands in for the functions' bundles.
    const bundle = join(folder, "bundle.zip");
    writeFileSync(bundle, "");
    const app = new App({ outdir: folder });
    platform(app, { environments: [environment], accounts, services, bundle: () => bundle });
    app.synth();
    return new Synthesis(readAssembly(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

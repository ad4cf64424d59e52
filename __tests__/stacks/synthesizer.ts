import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { platform } from "../../stacks/platform";
import { exampleEnvironments, exampleServices } from "../platform-fixture";
import type { SynthesizeOptions } from "./synthesized";

// Writes the stacks of FOLDER/options.json to FOLDER/cdktf.out. A process of its own, for jest takes three times as long to
// load cdktf and its bindings.
const [folder = ""] = process.argv.slice(2);
const options: SynthesizeOptions = JSON.parse(readFileSync(join(folder, "options.json"), "utf8"));
const bundle = join(folder, "bundle.zip");
writeFileSync(bundle, options.code ?? "a function's code");
const app = new App({ outdir: join(folder, "cdktf.out") });
platform(app, {
  environments: options.environments ?? exampleEnvironments,
  services: options.services ?? exampleServices,
  ...(options.chosen && { chosen: options.chosen }),
  ...(options.accounts && { accounts: options.accounts }),
  bundle: () => bundle,
  bootstrap: options.bootstrap ?? false,
});
app.synth();

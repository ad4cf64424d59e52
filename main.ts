import { existsSync } from "node:fs";
import { App } from "cdktf";
import { accounts } from "./config/accounts";
import { capacity } from "./config/capacity";
import { capacityTable } from "./config/capacity-table";
import { environments } from "./config/environments";
import { functionBundle } from "./config/names";
import { ConfigurationError } from "./config/problem";
import { services } from "./config/services";
import { validate } from "./config/validation";
import { platform } from "./stacks/platform";

/**
 * Writes the Terraform of every stack to cdktf.out, or nothing.
 * ENV: one environment alone. BOOTSTRAP=1: the state stack keeps its state in a local file.
 */
function synthesize({ ENV, BOOTSTRAP }: NodeJS.ProcessEnv): void {
  validate(environments, services, accounts);
  const chosen = environments.filter(({ name }) => ENV === undefined || name === ENV);
  if (chosen.length === 0) {
    throw new ConfigurationError([
      { property: "ENV", rule: `must be one of ${environments.map(({ name }) => name).join(", ")}`, value: ENV },
    ]);
  }
  process.stdout.write(`${capacityTable(chosen.map((environment) => capacity(environment, services)))}\n`);
  const app = new App();
  platform(app, { environments, chosen, accounts, services, bundle: built, bootstrap: BOOTSTRAP === "1" });
  app.synth();
}

function built(service: string): string {
  const file = functionBundle(service);
  if (existsSync(file)) return file;
  throw new ConfigurationError([{ property: file, rule: "must exist: make build", value: undefined }]);
}

try {
  synthesize(process.env);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

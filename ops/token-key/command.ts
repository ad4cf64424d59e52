import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Command } from "commander";
import type { Environment } from "../../config/environment";
import { tokenKeySecretName } from "../../config/names";
import { runProgram } from "../../runtime/program";
import { printJson, report } from "../../runtime/terminal";
import { clientSettings, explainAwsError, reportRetries } from "../program/aws";
import { environmentOption } from "../program/options";
import { makeFirstKey, rotateKey } from "./token-key";

interface Options {
  readonly environment: Environment;
  readonly rotate?: boolean;
  readonly json?: boolean;
}

const program = new Command("token-key")
  .description("Makes the key that signs tokens where an environment has none. It is never printed.")
  .addOption(environmentOption())
  .option("--rotate", "make a new key; the one before stays valid beside it until the next rotation")
  .option("--json", "print what was made as JSON on stdout")
  .addHelpText("after", "\nHow and when to rotate: docs/runbooks/rotate-token-key.md.")
  .exitOverride();

await runProgram(
  async () => {
    const { environment, rotate, json } = program.parse().opts<Options>();
    const secretsManager = reportRetries(new SecretsManagerClient(clientSettings(environment.region)), report);
    const options = { secretsManager, secret: tokenKeySecretName(environment.name), report };
    const result = await (rotate ? rotateKey(options) : makeFirstKey(options));
    if (json) printJson(result);
  },
  { explain: explainAwsError },
);

import { Command } from "commander";
import { runProgram } from "../../runtime/program";
import { print } from "../../runtime/terminal";
import { connection, explainConnectionError } from "../migrate/connection";
import { renewOperatorPassword } from "./operator-password";

const program = new Command("operator-password")
  .description(
    "Gives the database's user of operators a new password, and keeps it in the secret OPERATOR_SECRET_ID; run by the job inside the VPC, after the migrations.",
  )
  .exitOverride();

await runProgram(
  async () => {
    program.parse();
    const { OPERATOR_SECRET_ID: secret, AWS_REGION: region } = process.env;
    if (!secret) return print("no OPERATOR_SECRET_ID: nobody operates this database");
    const made = await renewOperatorPassword(await connection(process.env), async (login) => {
      const { PutSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
      const client = new SecretsManagerClient({ ...(region !== undefined && { region }) });
      await client.send(new PutSecretValueCommand({ SecretId: secret, SecretString: JSON.stringify(login) }));
    });
    print(
      made
        ? "operators have a new password"
        : "pgaudit is not loaded, so nobody would see what operators ask: they have no password (docs/runbooks/upgrade-database.md)",
    );
  },
  { explain: explainConnectionError },
);

import { LambdaClient } from "@aws-sdk/client-lambda";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { Command } from "commander";
import textTable from "text-table";
import type { Environment } from "../../config/environment";
import { environments } from "../../config/environments";
import { quotaNeeds, sharingUpTo } from "../../config/quotas";
import { services } from "../../config/services";
import { Failure } from "../../runtime/failure";
import { runProgram } from "../../runtime/program";
import { print, report } from "../../runtime/terminal";
import { clientSettings, explainAwsError, reportRetries } from "../program/aws";
import { environmentOption } from "../program/options";
import { compareQuotas, quotaActions } from "./quotas";

const program = new Command("quotas")
  .description("Compares an account's quotas with what an environment, and those before it in the account, need.")
  .addOption(environmentOption())
  .addHelpText("after", `\nExits 1 when one is short. Calls ${quotaActions.join(", ")}.`)
  .exitOverride();

await runProgram(
  async () => {
    const { environment } = program.parse().opts<{ readonly environment: Environment }>();
    const settings = clientSettings(environment.region);
    const compared = await compareQuotas(
      {
        quotas: reportRetries(new ServiceQuotasClient(settings), report),
        lambda: reportRetries(new LambdaClient(settings), report),
      },
      quotaNeeds(sharingUpTo(environment, environments), services),
    );
    const lines = compared.map(({ service, name, code, wanted, allowed }) => [
      `${service}: ${name}`,
      code,
      `${wanted}`,
      `${allowed}`,
      wanted > allowed ? "short" : "",
    ]);
    print(textTable([["quota", "code", "needed", "account", ""], ...lines]));
    const short = compared.filter(({ wanted, allowed }) => wanted > allowed);
    if (short.length > 0) {
      throw new Failure(
        [
          `the account ${environment.account} cannot hold ${environment.name} yet, ask for:`,
          ...short.map(
            ({ service, code, wanted }) =>
              `  aws service-quotas request-service-quota-increase --region ${environment.region} --service-code ${service} --quota-code ${code} --desired-value ${wanted}`,
          ),
        ].join("\n"),
      );
    }
  },
  { explain: explainAwsError },
);

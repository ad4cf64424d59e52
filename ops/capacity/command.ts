import { capacity } from "../../config/capacity";
import { capacityTable } from "../../config/capacity-table";
import { environments } from "../../config/environments";
import { ConfigurationError } from "../../config/problem";
import { services } from "../../config/services";
import { validate } from "../../config/validation";

try {
  process.stdout.write(`${capacityTable(environments.map((environment) => capacity(environment, services)))}\n`);
  validate(environments, services);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

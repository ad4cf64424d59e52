import { capacity } from "../../config/capacity";
import { capacityTable, quotaTables } from "../../config/capacity-table";
import { environments } from "../../config/environments";
import { services } from "../../config/services";
import { validate } from "../../config/validation";
import { runProgram } from "../../runtime/program";

await runProgram(async () => {
  process.stdout.write(`${capacityTable(environments.map((environment) => capacity(environment, services)))}\n`);
  process.stdout.write(`\n${quotaTables(environments, services)}\n`);
  validate(environments, services);
});

import { Command } from "commander";
import { Failure } from "../../runtime/failure";
import { runProgram } from "../../runtime/program";
import { report } from "../../runtime/terminal";
import { audit } from "./advisories";
import { licenceFaults } from "./licences";
import { readPolicy } from "./policy";

const program = new Command("check-packages")
  .description(
    "Whether production may use the packages of package-lock.json: no licence and no known vulnerability but those that a policy allows.",
  )
  .option("--folder <path>", "where package-lock.json is", ".")
  .option("--policy <file>", "what is allowed", "ops/check-packages/policy.yaml")
  .option("--must-answer", "exit with 3 when the registry answers no audit; otherwise that is a warning")
  .exitOverride()
  .action(async (options: { folder: string; policy: string; mustAnswer?: true }) => {
    const policy = readPolicy(options.policy);
    const audited = await audit(options.folder, policy);
    const faults = [...licenceFaults(options.folder, policy), ...(audited.answered ? audited.faults : [])];
    if (faults.length > 0) throw new Failure(faults.join("\n"));
    if (audited.answered) return;
    const doubt = `NOT CHECKED for known vulnerabilities, the registry answers no audit: ${audited.reason}`;
    if (options.mustAnswer) throw new Failure(doubt, 3);
    report(doubt);
  });

await runProgram(() => program.parseAsync());

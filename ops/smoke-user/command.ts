import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { runProgram } from "../../runtime/program";
import { print } from "../../runtime/terminal";
import { connection, explainConnectionError } from "../migrate/connection";
import { SmokeUser, smokeUserFile, writeSmokeUser } from "./smoke-user";

const program = new Command("smoke-user")
  .description(
    `Writes the smoke test's user of ${smokeUserFile} into a database; run by the job inside the VPC, after the migrations. Where: see docs/migrations.md.`,
  )
  .exitOverride();

await runProgram(
  async () => {
    program.parse();
    const given = await readFile(smokeUserFile, "utf8").catch(() => undefined);
    if (given === undefined) return print(`no ${smokeUserFile}: nobody was named`);
    const user = SmokeUser.parse(JSON.parse(given));
    await writeSmokeUser(await connection(process.env), user);
    print(`${user.username} may log in and transact`);
  },
  { explain: explainConnectionError },
);

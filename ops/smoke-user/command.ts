import { Command } from "commander";
import { Failure } from "../../runtime/failure";
import { runProgram } from "../../runtime/program";
import { print } from "../../runtime/terminal";
import { connection, explainConnectionError } from "../migrate/connection";
import { writeSmokeUser } from "./smoke-user";

const program = new Command("smoke-user")
  .description(
    "Writes the user of SMOKE_TEST_USERNAME and SMOKE_TEST_PASSWORD into a database. Where: DATABASE_URL, or see docs/migrations.md.",
  )
  .exitOverride();

/** Nobody types it: a guess must be hopeless. */
const fewest = 24;

await runProgram(
  async () => {
    program.parse();
    const { SMOKE_TEST_USERNAME: username, SMOKE_TEST_PASSWORD: password } = process.env;
    if (!username || !password || password.length < fewest) {
      throw new Failure(
        `set SMOKE_TEST_USERNAME, and SMOKE_TEST_PASSWORD to ${fewest} random characters or more: openssl rand -base64 24`,
      );
    }
    await writeSmokeUser(await connection(process.env), username, password);
    print(`${username} may log in and transact`);
  },
  { explain: explainConnectionError },
);

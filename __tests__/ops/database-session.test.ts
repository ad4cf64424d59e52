import { execa } from "execa";
import { production } from "../../config/environments/production";
import { withClient } from "../../dependencies/database/client";
import { statementsOf } from "../../ops/database-session/ask";
import { scramVerifier } from "../../ops/operator-password/operator-password";
import { environmentArns } from "../../permissions/arns";
import { operatorPermissions } from "../../permissions/operators";
import { type TestDatabase, testDatabase } from "../database";
import { matches } from "../permissions/policies";
import { AwsError } from "./aws-stand-in/call";
import { AwsStandIn } from "./aws-stand-in/server";

const password = "of the migration job";
let databases: TestDatabase;
let aws: AwsStandIn;

beforeAll(async () => {
  databases = await testDatabase();
  await withClient({ connectionString: databases.adminUrl }, (client) =>
    client.query(`ALTER ROLE operator PASSWORD '${scramVerifier(password)}'`),
  );
});
afterAll(() => databases.drop());
beforeEach(async () => {
  aws = await AwsStandIn.start();
  aws.rdsData.database = new URL(databases.adminUrl);
  aws.secrets.add("production/operator").put("1", JSON.stringify({ username: "operator", password }));
});
afterEach(() => aws.stop());

async function session(args: readonly string[], input = "", environment = "production") {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    ["ops/run.mjs", "ops/database-session/command.ts", "--environment", environment, ...args],
    {
      input,
      reject: false,
      extendEnv: false,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...aws.environment },
    },
  );
  return { exitCode, stdout, stderr };
}

test("a statement is asked as the user operator, and its rows come as a table or as JSON", async () => {
  const sql = "SELECT current_user AS me, count(*)::int AS waiting FROM loyalty.outbox";
  const { exitCode, stdout, stderr } = await session(["--sql", sql]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "me        waiting\noperator  0\n1 row" });
  expect(stderr).toMatch(/^you are arn:aws:sts::111122223333:assumed-role\/stand-in\/session: /m);
  const asJson = await session(["--sql", sql, "--json"]);
  expect(JSON.parse(asJson.stdout)).toEqual([{ me: "operator", waiting: 0 }]);
});

test("typed statements are asked one after the other, and one that is refused ends nothing", async () => {
  const typed = "SELECT email\n  FROM preferences.users;\nDELETE FROM loyalty.outbox;\nSELECT 1 AS one;\n";
  const { exitCode, stdout, stderr } = await session([], typed);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "one\n1\n1 row" });
  expect(stderr).toMatch(/permission denied for table users; SQLState: 42501\n.*read-only transaction/);
});

test("makes the calls that the role of operators states, and no other but who it is", async () => {
  await session(["--sql", "SELECT 1"]);
  const stated = operatorPermissions(environmentArns(production, []));
  const unstated = aws.calls.filter(
    ({ action, resource }) =>
      !stated.some(
        ({ actions, resources }) => actions.includes(action) && resources.some((one) => matches(one, resource)),
      ),
  );
  // AWS asks for no right to it.
  expect(unstated.map(({ action }) => action)).toEqual(["sts:GetCallerIdentity"]);
});

test.each([
  ["nobody is named", "development", () => {}, "development.operators must name who may ask, got nobody"],
  [
    "the endpoint is off",
    "production",
    () => {
      aws.rdsData.database = undefined;
    },
    "HttpEndpoint is not enabled for this cluster: deploy the stack database first",
  ],
  [
    "no password was made yet",
    "production",
    () => aws.secrets.secrets.clear(),
    "the secret has no value: no job migrate has run since operators were named",
  ],
  [
    "the credentials are not the operator's",
    "production",
    () => aws.next("rds-data:ExecuteStatement", () => new AwsError("AccessDeniedException", "not authorized", 403)),
    "AWS refused with AccessDeniedException: not authorized",
  ],
])("says in one sentence that %s", async (_what, environment, change, message) => {
  change();
  const { exitCode, stderr } = await session(["--sql", "SELECT 1"], "", environment);
  expect([exitCode, stderr.split("\n").at(-1)]).toEqual([1, expect.stringContaining(message)]);
});

test("ends by itself when its time is over", async () => {
  const child = execa(
    process.execPath,
    ["ops/run.mjs", "ops/database-session/command.ts", "--environment", "production", "--time-limit", "0.01"],
    { stdin: "pipe", reject: false, extendEnv: false, env: { PATH: process.env.PATH, ...aws.environment } },
  );
  const { exitCode, stderr } = await child;
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("the session is over after 0.01 s: start another")]);
});

test("a statement ends with a semicolon at the end of a line", async () => {
  async function* lines() {
    yield* ["SELECT ';' AS a,", "  2; ", "", "SELECT 3;", "SELECT 4"];
  }
  const found: string[] = [];
  for await (const statement of statementsOf(lines())) found.push(statement);
  expect(found).toEqual(["SELECT ';' AS a,\n  2;", "SELECT 3;", "SELECT 4"]);
});

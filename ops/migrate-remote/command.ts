import { readFile } from "node:fs/promises";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { S3Client } from "@aws-sdk/client-s3";
import { Command } from "commander";
import type { Environment } from "../../config/environment";
import { artifactsBucketName, migrationArtifactKey, migrationProjectName } from "../../config/names";
import { Failure } from "../../runtime/failure";
import { positiveNumber } from "../../runtime/number-option";
import { runProgram } from "../../runtime/program";
import { print, report } from "../../runtime/terminal";
import { clientSettings, explainAwsError, reportRetries } from "../program/aws";
import { environmentOption, intervalOption } from "../program/options";
import { deadline } from "../program/pause";
import { smokeUserOf, withSmokeUser } from "../smoke-user/credentials";
import { migrateRemote } from "./migrate-remote";

interface Options {
  readonly environment: Environment;
  readonly artifact: string;
  readonly timeLimit: number;
  readonly interval: number;
}

const program = new Command("migrate-remote")
  .description("Migrates an environment's database from inside its VPC, and shows the log while it does.")
  .addOption(environmentOption())
  .option("--artifact <file>", "zip with the migrations and their buildspec", "build/migrations.zip")
  .option("--time-limit <seconds>", "stop the build after", positiveNumber(), 3_600)
  .addOption(intervalOption(3))
  .addHelpText(
    "after",
    "\nThe build also writes the user of the smoke test, where SMOKE_TEST_USERNAME and SMOKE_TEST_PASSWORD name one.",
  )
  .addHelpText("after", "\nExits as the build exits. A cancelled run stops its build first.")
  .exitOverride();

const withoutUser =
  "SMOKE_TEST_USERNAME and SMOKE_TEST_PASSWORD are not set: no user of the smoke test is written, and one that is there stays";

await runProgram(
  async (cancelled) => {
    const { environment, artifact, timeLimit, interval } = program.parse().opts<Options>();
    const content = await readFile(artifact).catch(() => {
      throw new Failure(`--artifact must be a file, got ${artifact}: make migrations-artifact`);
    });
    const user = await smokeUserOf(process.env);
    report(user ? `the smoke test's user is ${user.username}` : withoutUser);
    const tooLong = new Failure(`the migration took longer than ${timeLimit} s and was stopped: see --time-limit`);
    const settings = clientSettings(environment.region);
    await migrateRemote(
      {
        s3: reportRetries(new S3Client(settings), report),
        codebuild: reportRetries(new CodeBuildClient(settings), report),
        logs: reportRetries(new CloudWatchLogsClient(settings), report),
        project: migrationProjectName(environment.name),
        artifact: {
          bucket: artifactsBucketName(environment.name, environment.account),
          key: migrationArtifactKey,
          content: user ? withSmokeUser(content, user) : content,
        },
        interval: interval * 1_000,
        report,
        writeLog: print,
      },
      AbortSignal.any([cancelled, deadline(timeLimit, tooLong)]),
    );
  },
  { explain: explainAwsError },
);

import type { Environment } from "../config/environment";
import { functionArtifactKey, functionName, releaseAlarmNames } from "../config/names";
import { deployedFunctions, type Service } from "../config/service";
import { arns } from "./arns";
import { encryptsArtifacts } from "./keys";
import type { Permission } from "./permission";

const deploy = ["deploy-functions"];
const both = ["deploy-functions", "roll-back"];

/** What ops/deploy-function and ops/roll-back call. */
export function releasePermissions(environment: Environment, services: readonly Service[]): Permission[] {
  const { regional, artifact } = arns(environment);
  const names = deployedFunctions(services).map(({ name }) => name);
  const functions = names.map((name) => regional("lambda", `function:${functionName(environment.name, name)}`));
  const versions = functions.map((arn) => `${arn}:*`);
  const alarms = [...new Set(names.flatMap((name) => releaseAlarmNames(environment.name, name)))];
  return [
    {
      sid: "UploadCodeOnce",
      actions: ["s3:PutObject"],
      resources: names.map((name) => artifact(functionArtifactKey(name, "*"))),
      conditions: { Null: { "s3:if-none-match": "false" } },
      jobs: deploy,
      purpose: "Uploads a function's zip under its hash; one that is there is never written anew",
    },
    {
      sid: "HandCodeToLambda",
      actions: ["s3:GetObject"],
      resources: names.map((name) => artifact(functionArtifactKey(name, "*"))),
      jobs: deploy,
      purpose: "Lambda reads the zip on the job's behalf",
    },
    encryptsArtifacts(environment, { jobs: deploy, decrypts: true }),
    {
      sid: "Publish",
      actions: ["lambda:UpdateFunctionCode", "lambda:PublishVersion", "lambda:ListProvisionedConcurrencyConfigs"],
      resources: functions,
      jobs: deploy,
      purpose: "Brings new code and makes a version of it; finds what older versions keep warm",
    },
    {
      sid: "WaitUntilReady",
      actions: ["lambda:GetFunctionConfiguration"],
      resources: [...functions, ...versions],
      jobs: deploy,
      purpose: "Waits until Lambda has taken the code and made the version",
    },
    {
      sid: "MoveAlias",
      actions: ["lambda:GetAlias", "lambda:UpdateAlias"],
      resources: functions,
      jobs: both,
      purpose: "Shifts requests to the new version, and back",
    },
    {
      sid: "KeepWarm",
      actions: [
        "lambda:PutProvisionedConcurrencyConfig",
        "lambda:GetProvisionedConcurrencyConfig",
        "lambda:DeleteProvisionedConcurrencyConfig",
      ],
      resources: versions,
      jobs: both,
      purpose: "Keeps instances of the version in service warm",
    },
    {
      sid: "WatchAlarms",
      actions: ["cloudwatch:DescribeAlarms"],
      resources: alarms.map((alarm) => regional("cloudwatch", `alarm:${alarm}`)),
      jobs: deploy,
      purpose: "Ends the release and rolls back when one of them fires",
    },
  ];
}

import { functionArtifactKey, releaseAlarmNames } from "../config/names";
import type { EnvironmentArns } from "./arns";
import { encryptsArtifacts } from "./keys";
import type { Permission } from "./permission";

const deploy = ["deploy-functions"];
const both = ["deploy-functions", "roll-back"];

/** What ops/deploy-function and ops/roll-back call. */
export function releasePermissions(arns: EnvironmentArns): Permission[] {
  const { name: environment, services, functionArns: functions, regional, artifact } = arns;
  const code = services.map((service) => artifact(functionArtifactKey(service, "*")));
  const versions = functions.map((arn) => `${arn}:*`);
  const alarms = [...new Set(services.flatMap((service) => releaseAlarmNames(environment, service)))];
  return [
    {
      sid: "UploadCodeOnce",
      actions: ["s3:PutObject"],
      resources: code,
      conditions: { Null: { "s3:if-none-match": "false" } },
      jobs: deploy,
      purpose: "Uploads a function's zip under its hash; one that is there is never written anew",
    },
    {
      sid: "HandCodeToLambda",
      actions: ["s3:GetObject"],
      resources: code,
      jobs: deploy,
      purpose: "Lambda reads the zip on the job's behalf",
    },
    encryptsArtifacts(arns, deploy, ["kms:Decrypt", "kms:GenerateDataKey"]),
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
    {
      sid: "CountAnswers",
      actions: ["cloudwatch:GetMetricData"],
      // Metrics are no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
      resources: ["*"],
      jobs: deploy,
      purpose: "Ends the release when the new version itself answers with errors",
    },
    {
      sid: "ListVersions",
      actions: ["lambda:ListVersionsByFunction"],
      resources: functions,
      jobs: deploy,
      purpose: "Finds versions that nothing needs any more",
    },
    {
      sid: "DeleteOldVersions",
      actions: ["lambda:DeleteFunction"],
      // A version's name ends with its number; the function's own is not among them.
      resources: versions,
      jobs: deploy,
      purpose: "Removes them, never the function itself",
    },
  ];
}

import { migrationArtifactKey, migrationLogGroupName, migrationProjectName } from "../config/names";
import type { EnvironmentArns } from "./arns";
import { encryptsArtifacts } from "./keys";
import type { Permission } from "./permission";

const jobs = ["migrate"];

/**
 * What a start of a build may override, as CodeBuild's condition keys: each is code that runs inside the VPC with the
 * migration's rights, or a way to see what it sees. A key that is absent is null, so one statement asks for all of them.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/action-context-keys.html
 */
const buildOverrides = [
  "artifacts",
  "artifacts.bucketOwnerAccess",
  "artifacts.encryptionDisabled",
  "artifacts.location",
  "autoRetryLimit",
  "cache",
  "cache.location",
  "cache.modes",
  "cache.type",
  "encryptionKey",
  "environment",
  "environment.certificate",
  "environment.computeType",
  "environment.environmentVariables",
  "environment.environmentVariables.name",
  "environment.environmentVariables.value",
  "environment.fleet.fleetArn",
  "environment.image",
  "environment.imagePullCredentialsType",
  "environment.privilegedMode",
  "environment.registryCredential",
  "environment.registryCredential.credential",
  "environment.registryCredential.credentialProvider",
  "environment.type",
  "logsConfig",
  "logsConfig.s3Logs",
  "logsConfig.s3Logs.bucketOwnerAccess",
  "logsConfig.s3Logs.encryptionDisabled",
  "logsConfig.s3Logs.location",
  "logsConfig.s3Logs.status",
  "secondaryArtifacts",
  "secondaryArtifacts.artifactIdentifier",
  "secondaryArtifacts.bucketOwnerAccess",
  "secondaryArtifacts.encryptionDisabled",
  "secondaryArtifacts.location",
  "secondarySources",
  "secondarySources.auth.resource",
  "secondarySources.auth.type",
  "secondarySources.buildStatusConfig.context",
  "secondarySources.buildStatusConfig.targetUrl",
  "secondarySources.buildspec",
  "secondarySources.insecureSsl",
  "secondarySources.location",
  "secondarySources.sourceIdentifier",
  "serviceRole",
  "source",
  "source.auth.resource",
  "source.auth.type",
  "source.buildStatusConfig.context",
  "source.buildStatusConfig.targetUrl",
  "source.buildspec",
  "source.insecureSsl",
  "source.location",
].map((key) => `codebuild:${key}`);

/** What ops/migrate-remote calls. */
export function migratePermissions(arns: EnvironmentArns): Permission[] {
  const { name, regional, artifact } = arns;
  const project = regional("codebuild", `project/${migrationProjectName(name)}`);
  return [
    {
      sid: "UploadMigrations",
      actions: ["s3:PutObject"],
      resources: [artifact(migrationArtifactKey)],
      jobs,
      purpose: "Replaces the migrations artifact, which names the user of the smoke test and the hash of its password",
    },
    encryptsArtifacts(arns, jobs, ["kms:GenerateDataKey"]),
    {
      sid: "StartAsTheProjectSays",
      actions: ["codebuild:StartBuild"],
      resources: [project],
      conditions: { Null: Object.fromEntries(buildOverrides.map((key) => [key, "true"])) },
      jobs,
      purpose: "Starts the migration without overriding anything of the project",
    },
    {
      sid: "WatchBuilds",
      actions: ["codebuild:BatchGetBuilds", "codebuild:ListBuildsForProject", "codebuild:StopBuild"],
      resources: [project],
      jobs,
      purpose: "Waits for a build that runs already, follows its own, stops it when the job is cancelled",
    },
    {
      sid: "FollowLog",
      actions: ["logs:GetLogEvents"],
      resources: [regional("logs", `log-group:${migrationLogGroupName(name)}:log-stream:*`)],
      jobs,
      purpose: "Shows the migration's log",
    },
  ];
}

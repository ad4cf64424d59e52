import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { Build } from "@aws-sdk/client-codebuild";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { pause } from "../program/pause";
import { type BuildWatch, describeBuild, describeFailure, startBuild, stopBuild, waitForRunningBuilds } from "./build";
import { LogFollower } from "./follow-log";

export interface MigrateRemoteOptions extends BuildWatch {
  readonly s3: S3Client;
  readonly logs: CloudWatchLogsClient;
  /** Where the project looks for its source. */
  readonly artifact: { readonly bucket: string; readonly key: string; readonly content: Uint8Array };
  /** Receives the build's own log, line by line. */
  readonly writeLog: (line: string) => void;
}

/** Looks for the last lines after the build has ended: CloudWatch receives them some seconds late. */
const lastLooks = 3;

/**
 * Migrates an environment's database from inside its VPC: uploads the artifact, starts the CodeBuild project, follows its
 * log, and returns when the build has succeeded. A build that already runs is waited for. When `ended` aborts, because the
 * job was cancelled or its time is over, the build is stopped first.
 * @throws Failure with the build's own exit code; the reason of `ended`
 */
export async function migrateRemote(options: MigrateRemoteOptions, ended: AbortSignal): Promise<void> {
  const id = await start(options, ended);
  const build = await follow(options, id, ended).catch(async (error) => {
    if (ended.aborted) await stopBuild(options, id);
    throw error;
  });
  if (build.buildStatus !== "SUCCEEDED") throw describeFailure(build);
  options.report(`${id} succeeded`);
}

async function start(options: MigrateRemoteOptions, ended: AbortSignal): Promise<string> {
  const { s3, artifact, report } = options;
  for (;;) {
    await waitForRunningBuilds(options, ended);
    const { bucket, key, content } = artifact;
    report(`uploading ${content.length.toLocaleString("en")} bytes to s3://${bucket}/${key}`);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
    ended.throwIfAborted();
    const started = await startBuild(options);
    if ("id" in started) {
      report(`started ${started.id}`);
      return started.id;
    }
    report(`another build was faster, trying again: ${started.refused}`);
    await pause(options.interval, ended);
  }
}

/** Follows a build until it has ended and its log is read. */
async function follow(options: MigrateRemoteOptions, id: string, ended: AbortSignal): Promise<Build> {
  const { logs, interval, report, writeLog } = options;
  let log: LogFollower | undefined;
  let phase: string | undefined;
  let lines = false;
  for (let looksLeft = lastLooks; ; ) {
    const build = await describeBuild(options, id);
    if (build.currentPhase !== phase) report(`${id}: ${build.currentPhase}`);
    phase = build.currentPhase;

    const { groupName, streamName, deepLink } = build.logs ?? {};
    if (groupName && streamName) log ??= new LogFollower(logs, { group: groupName, stream: streamName }, writeLog);
    const found = (await log?.read()) ?? false;
    lines ||= found;
    if (build.buildComplete && !found) looksLeft -= 1;
    if (looksLeft === 0) {
      if (!lines) report(`the build left no log${deepLink ? `, see ${deepLink}` : ""}`);
      return build;
    }
    await pause(interval, ended);
  }
}

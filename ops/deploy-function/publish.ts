import { type FunctionConfiguration, PublishVersionCommand, UpdateFunctionCodeCommand } from "@aws-sdk/client-lambda";
import { Failure } from "../../runtime/failure";
import { pause } from "../program/pause";
import type { Code } from "./code";
import { type FunctionWatch, overtaken, settled } from "./function";

/**
 * Makes a version of the function with this code and its present settings, ready to serve. Lambda answers with the version
 * that exists when neither has changed since, so a run that was killed here finds its own work again.
 * @throws Failure when another deployment brings other code meanwhile, or Lambda cannot make the version
 */
export async function publish(watch: FunctionWatch, code: Code, signal: AbortSignal): Promise<string> {
  const { lambda, name, report } = watch;
  await bringCode(watch, code, signal);
  const { Version } = await lambda
    .send(new PublishVersionCommand({ FunctionName: name, CodeSha256: code.sha256.base64 }))
    // Lambda refuses when the latest code has another hash than the one we brought.
    .catch((error) => Promise.reject(isNamed(error, "InvalidParameterValueException") ? overtaken(name) : error));
  if (Version === undefined) throw new Failure(`Lambda named no version of ${name}: run the deployment again`);

  const version = await settled(watch, signal, Version);
  if (version.State === "Failed") throw failed(`${name}:${Version}`, version.StateReason);
  report(`${name}: version ${Version} is ready`);
  return Version;
}

async function bringCode(watch: FunctionWatch, code: Code, signal: AbortSignal): Promise<void> {
  const { lambda, name, report } = watch;
  for (;;) {
    const latest = await settled(watch, signal);
    if (latest.CodeSha256 === code.sha256.base64) return;
    try {
      // The revision refuses a change that another deployment made since we looked.
      await lambda.send(
        new UpdateFunctionCodeCommand({
          FunctionName: name,
          S3Bucket: code.bucket,
          S3Key: code.key,
          ...(latest.RevisionId && { RevisionId: latest.RevisionId }),
        }),
      );
      report(`${name}: code ${code.sha256.hex.slice(0, 12)} is on its way`);
    } catch (error) {
      if (isNamed(error, "ResourceConflictException")) {
        await pause(watch.interval, signal);
        continue;
      }
      // The refused change may be our own, sent twice because its answer was lost.
      if (!isNamed(error, "PreconditionFailedException")) throw error;
      if ((await settled(watch, signal)).CodeSha256 !== code.sha256.base64) throw overtaken(name);
      return;
    }
    await checkUpdate(name, await settled(watch, signal), code);
    return;
  }
}

function checkUpdate(name: string, latest: FunctionConfiguration, code: Code): void {
  if (latest.LastUpdateStatus === "Failed") throw failed(name, latest.LastUpdateStatusReason);
  if (latest.CodeSha256 !== code.sha256.base64) throw overtaken(name);
}

function failed(name: string, reason = "no reason given"): Failure {
  return new Failure(`Lambda cannot run the new code of ${name}: ${reason}`);
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

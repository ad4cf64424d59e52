import {
  DeleteProvisionedConcurrencyConfigCommand,
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  GetProvisionedConcurrencyConfigCommand,
  type LambdaClient,
  ListProvisionedConcurrencyConfigsCommand,
  PutProvisionedConcurrencyConfigCommand,
} from "@aws-sdk/client-lambda";
import { Failure } from "../../runtime/failure";
import type { Report } from "../program/aws";
import { pause } from "../program/pause";

/** A function and how to watch it. */
export interface FunctionWatch {
  readonly lambda: LambdaClient;
  /** The function's name. */
  readonly name: string;
  /** Milliseconds between two looks. */
  readonly interval: number;
  readonly report: Report;
}

/** A change that somebody else made in the middle of ours. */
export function overtaken(name: string): Failure {
  return new Failure(`another deployment changed ${name} meanwhile: let it finish, then run this one again`);
}

/** Waits until nothing is being changed about a function, or a version of it, and describes it. */
export async function settled(
  { lambda, name, interval }: FunctionWatch,
  signal: AbortSignal,
  qualifier?: string,
): Promise<FunctionConfiguration> {
  for (;;) {
    const configuration = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: name, ...(qualifier && { Qualifier: qualifier }) }),
    );
    if (configuration.State !== "Pending" && configuration.LastUpdateStatus !== "InProgress") return configuration;
    await pause(interval, signal);
  }
}

/**
 * Keeps `count` instances of a version warm, and waits until they are. They belong to the version: Lambda refuses to
 * weigh an alias that has provisioned concurrency of its own.
 */
export async function warm(watch: FunctionWatch, version: string, count: number, signal: AbortSignal): Promise<void> {
  if (count === 0) return;
  const { lambda, name, interval, report } = watch;
  const target = { FunctionName: name, Qualifier: version };
  await lambda.send(new PutProvisionedConcurrencyConfigCommand({ ...target, ProvisionedConcurrentExecutions: count }));
  report(`${name}: warming ${count} instances of version ${version}`);
  for (;;) {
    const { Status, StatusReason } = await lambda.send(new GetProvisionedConcurrencyConfigCommand(target));
    if (Status === "READY") return;
    if (Status === "FAILED") {
      throw new Failure(`Lambda cannot keep ${count} instances of ${name}:${version} warm: ${StatusReason}`);
    }
    await pause(interval, signal);
  }
}

/** Lets go of a version's warm instances. A version without any is fine. */
export async function cool({ lambda, name }: FunctionWatch, version: string): Promise<void> {
  try {
    await lambda.send(new DeleteProvisionedConcurrencyConfigCommand({ FunctionName: name, Qualifier: version }));
  } catch (error) {
    if (!(error instanceof Error && error.name.endsWith("NotFoundException"))) throw error;
  }
}

/** Lets go of the warm instances of all versions before `version`: of the last release, and of runs that were killed. */
export async function coolOlder(watch: FunctionWatch, version: string): Promise<void> {
  const { ProvisionedConcurrencyConfigs = [] } = await watch.lambda.send(
    new ListProvisionedConcurrencyConfigsCommand({ FunctionName: watch.name }),
  );
  const versions = ProvisionedConcurrencyConfigs.map(({ FunctionArn }) => FunctionArn?.split(":").at(-1) ?? "");
  for (const older of versions.filter((candidate) => Number(candidate) < Number(version))) await cool(watch, older);
}

import { type FunctionConfiguration, GetFunctionConfigurationCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { Failure } from "../../runtime/failure";
import type { Report } from "../program/aws/client-settings";
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

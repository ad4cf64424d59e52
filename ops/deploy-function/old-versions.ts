import { DeleteFunctionCommand, type LambdaClient, ListVersionsByFunctionCommand } from "@aws-sdk/client-lambda";
import type { FunctionWatch } from "./function";

/** The newest versions stay, for a roll-back by hand. Each counts towards Lambda's 75 GB of code: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const kept = 10;

/**
 * Deletes the versions of a function before the newest ten, but those `inUse`. What keeps it from that is reported, not thrown: the
 * release has succeeded, and the next one tries again.
 */
export async function deleteOldVersions(
  { lambda, name, report }: FunctionWatch,
  inUse: readonly string[],
): Promise<void> {
  try {
    const old = (await publishedVersions(lambda, name)).slice(0, -kept).filter((version) => !inUse.includes(version));
    for (const Qualifier of old) await lambda.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier }));
    if (old.length > 0) report(`${name}: deleted the versions ${old.join(", ")}`);
  } catch (error) {
    report(`${name}: could not delete old versions: ${error instanceof Error ? error.message : error}`);
  }
}

/** Numbers of all published versions, oldest first. */
async function publishedVersions(lambda: LambdaClient, FunctionName: string): Promise<string[]> {
  const found: string[] = [];
  for (let Marker: string | undefined; ; ) {
    const page = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName, ...(Marker && { Marker }) }));
    for (const { Version = "" } of page.Versions ?? []) if (/^\d+$/.test(Version)) found.push(Version);
    Marker = page.NextMarker;
    if (!Marker) return found.sort((a, b) => Number(a) - Number(b));
  }
}

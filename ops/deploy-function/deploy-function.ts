import { type CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { S3Client } from "@aws-sdk/client-s3";
import { Failure } from "../../runtime/failure";
import { pause } from "../program/pause";
import type { Release } from "../program/release-file";
import { Alias } from "./alias";
import { coolOlder, type FunctionWatch, warm } from "./function";
import { deleteOldVersions } from "./old-versions";
import { publish, uploadCode } from "./publish";
import { rollBack } from "./roll-back";
import { versionAnswers } from "./version-answers";

export interface DeployFunctionOptions extends FunctionWatch {
  readonly s3: S3Client;
  readonly cloudwatch: CloudWatchClient;
  /** The environment's name. */
  readonly environment: string;
  /** The service's name in config/services.ts. */
  readonly service: string;
  /** Where zips go. */
  readonly bucket: string;
  readonly zip: Uint8Array;
  /** Names of the alarms that end a release. */
  readonly alarms: readonly string[];
  /** Instances to keep warm; as many again during the shift. */
  readonly warmInstances: number;
  /** Share of the requests that the new version gets first, above 0; 1 gives it all of them at once. */
  readonly firstShare: number;
  /** Seconds to watch the alarms, at the first share and again at all of it. */
  readonly watchFor: number;
  /** Called before the first request reaches the new version. */
  readonly onRelease: (release: Release) => Promise<void>;
}

/** Share of a new version's answers that may be errors; the alarm of the whole API fires at as many. */
const toleratedErrors = 0.01;

/**
 * Brings new code to a function: upload, publish, then a first share of the requests and all of them, while the alarms
 * and its own answers are watched. An alarm, too many errors, a cancelled job or a failure sends all requests back to the version before. Running it again
 * finishes what a killed run began; with code that serves already it changes nothing.
 * @throws Failure, or the reason of `cancelled`
 */
export async function deployFunction(options: DeployFunctionOptions, cancelled: AbortSignal): Promise<Release> {
  const { name, service, alarms, cloudwatch, warmInstances, report, onRelease } = options;
  const code = await uploadCode(options.s3, options);
  const to = await publish(options, code, cancelled);
  const alias = await Alias.read(options);
  const from = alias.traffic.version;
  const release = { service, from, to };
  if (from === to && alias.traffic.candidate === undefined) {
    await warm(options, to, warmInstances, cancelled);
    report(`${name}: version ${to} serves already`);
    return release;
  }
  const firing = await firingAlarms(cloudwatch, alarms);
  if (firing.length > 0) {
    throw new Failure(
      `${describeAlarms(firing)}; a release cannot be told from what is wrong already: see --despite-alarm`,
    );
  }
  await onRelease(release);
  try {
    await warm(options, to, warmInstances, cancelled);
    await shift(options, alias, release, cancelled);
  } catch (error) {
    // The job may be cancelled; what keeps it from rolling back is reported: the reason of the release's end matters more.
    await rollBack(options, release, new AbortController().signal).catch((fault) =>
      report(`${name}: could not roll back to version ${from}: ${fault instanceof Error ? fault.message : fault}`),
    );
    throw error;
  }
  await coolOlder(options, to);
  await deleteOldVersions(options, [from, to]);
  report(`${name}: version ${to} serves all requests`);
  return release;
}

async function shift(
  options: DeployFunctionOptions,
  alias: Alias,
  { from, to }: Release,
  signal: AbortSignal,
): Promise<void> {
  const { firstShare: share } = options;
  signal.throwIfAborted();
  if (from !== to && share < 1) {
    await alias.route({ version: from, candidate: { version: to, share } });
    await watch(options, to, `${Math.round(share * 100)} % of the requests on version ${to}`, signal);
  }
  await alias.route({ version: to });
  await watch(options, to, `all requests on version ${to}`, signal);
}

/** Watches the alarms, and what the new version itself answers: among all requests, the errors of a tenth raise no alarm. */
async function watch(
  options: DeployFunctionOptions,
  version: string,
  state: string,
  signal: AbortSignal,
): Promise<void> {
  const { cloudwatch, alarms, interval, watchFor, name, report } = options;
  const since = new Date();
  report(`${name}: ${state}, watching ${alarms.join(", ")} for ${watchFor} s`);
  for (const until = since.getTime() + watchFor * 1_000; ; ) {
    const firing = await firingAlarms(cloudwatch, alarms);
    if (firing.length > 0) throw new Failure(describeAlarms(firing));
    const { requests, errors } = await versionAnswers(cloudwatch, { ...options, version }, since);
    const told = `version ${version} answered ${requests} requests, ${errors} of them with an error`;
    if (errors > requests * toleratedErrors) throw new Failure(`${told}: more than ${toleratedErrors * 100} %`);
    // Asked last: a job cancelled while the alarms answered must not end as a release that held.
    signal.throwIfAborted();
    if (Date.now() >= until) return report(`${name}: ${told}`);
    await pause(Math.min(interval, until - Date.now()), signal);
  }
}

/** The alarms that fire, of those named. @throws Failure when one does not exist: nobody would see what it watches */
async function firingAlarms(cloudwatch: CloudWatchClient, names: readonly string[]): Promise<MetricAlarm[]> {
  const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [...names] }));
  const missing = names.filter((name) => !MetricAlarms.some(({ AlarmName }) => AlarmName === name));
  if (missing.length > 0) {
    throw new Failure(`a release is watched by alarms that must exist, got none named ${missing.join(", ")}`);
  }
  return MetricAlarms.filter(({ StateValue }) => StateValue === "ALARM");
}

/** `alarm development-preferences-errors fires: Threshold Crossed: ...` */
function describeAlarms(alarms: readonly MetricAlarm[]): string {
  return alarms.map(({ AlarmName, StateReason }) => `alarm ${AlarmName} fires: ${StateReason}`).join("; ");
}

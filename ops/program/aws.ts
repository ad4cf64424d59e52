import type { MiddlewareStack } from "@smithy/types";

/** Where to tell what goes on: one line a call, without a line break. */
export type Report = (line: string) => void;

/**
 * Tries of one call. The SDK doubles its pause from a tenth of a second to 20 seconds, so that 15 of them outlast a lost
 * connection or a throttled minute. https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
const attempts = 15;

/** Region and patience of every client of the pipeline; endpoint and credentials come from AWS's own variables. */
export function clientSettings(region: string) {
  return { region, maxAttempts: attempts, retryMode: "standard" };
}

/** A quota of the account is no matter of patience. */
const throttled = /Throttl|TooManyRequests|SlowDown|RequestLimitExceeded|(?<!Account)LimitExceededException$/;

interface Client<Input extends object, Output extends object> {
  readonly middlewareStack: MiddlewareStack<Input, Output>;
}

/** Tells of each try that failed for a reason that passes, so that a slow job says what it waits for. */
export function reportRetries<Input extends object, Output extends object, T extends Client<Input, Output>>(
  client: T & Client<Input, Output>,
  report: Report,
): T {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          const name = error instanceof Error ? error.name : "";
          if (isConnectionError(error)) report(`${commandName}: the connection was lost, trying again`);
          else if (throttled.test(name)) report(`${commandName}: AWS asks for patience (${name}), trying again`);
          throw error;
        }
      },
    { step: "deserialize", name: "reportRetries", priority: "high" },
  );
  return client;
}

/** Names that AWS's services give to credentials that ended, by protocol. */
const expired = new Set(["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"]);
const unknown = new Set([
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "InvalidAccessKeyId",
  "SignatureDoesNotMatch",
]);

/** Whether the network, not AWS, ended a request. */
function isConnectionError(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const [name, code] = [Reflect.get(error, "name"), String(Reflect.get(error, "code"))];
  return name === "TimeoutError" || /^(ECONN|EPIPE|EAI_AGAIN|ENOTFOUND|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)/.test(code);
}

/** One sentence for an error of AWS's SDK: what happened and what to do. Undefined for any other error. */
export function explainAwsError(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (expired.has(error.name)) {
    return "the AWS credentials have expired: run the job again, so that it assumes its role anew";
  }
  if (unknown.has(error.name)) {
    return "AWS does not know these credentials: compare AWS_ACCESS_KEY_ID with the user's keys (docs/runbooks/rotate-key.md)";
  }
  if (error.name === "CredentialsProviderError") {
    return "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or assume the job's role first";
  }
  if (isConnectionError(error)) {
    return `AWS cannot be reached (${error.message}): check the runner's network, then run the job again`;
  }
  if (!("$fault" in error)) return undefined;
  return `AWS refused with ${error.name}: ${error.message}`;
}

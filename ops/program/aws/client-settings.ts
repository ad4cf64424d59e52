import type { MiddlewareStack } from "@smithy/types";
import { isConnectionError } from "./explain-error";

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

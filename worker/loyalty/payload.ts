import { UnrecoverableError } from "bullmq";
import { payloadVersion, TransactionPayload } from "../../contracts/loyalty";
import * as z from "../../runtime/schema";

/** The largest payload that is looked at, in characters of JSON; ours have 73. */
export const payloadLimit = 4096;

const Versioned = z.object({ version: z.unknown() });

/** The id of the transaction that a job is about; throws UnrecoverableError when the payload is not one that this worker knows. */
export function readPayload(data: unknown): string {
  const size = JSON.stringify(data)?.length ?? 0;
  if (size > payloadLimit)
    throw new UnrecoverableError(`payload has ${size} characters, at most ${payloadLimit} are read`);
  const payload = TransactionPayload.safeParse(data);
  if (payload.success) return payload.data.transaction_id.toLowerCase();
  const versioned = Versioned.safeParse(data);
  if (versioned.success && versioned.data.version !== payloadVersion) {
    const got = JSON.stringify(versioned.data.version);
    throw new UnrecoverableError(`payload version must be ${payloadVersion}, got ${got.slice(0, 40)}`);
  }
  const faults = payload.error.issues.map(({ path, message }) => `${path.join(".") || "payload"}: ${message}`);
  throw new UnrecoverableError(`payload is not a transaction's: ${faults.join("; ").slice(0, 500)}`);
}

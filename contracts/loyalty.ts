import * as z from "../runtime/schema";

/** What the services of loyalty promise each other. None of them imports another; each imports this. */

/** What a token says of its bearer. */
export const Claims = z.object({
  user_id: z.int().check(z.positive()),
  username: z.string().check(z.minLength(1)),
  can_transact: z.boolean(),
});
export type Claims = z.infer<typeof Claims>;

/** The tokens that authentication issues and transactions takes. */
export const tokenContract = {
  issuer: "platform/authentication",
  audience: "platform/transactions",
  lifetime: 30,
  claims: Claims,
} as const;

/** The queue that transactions fills and the loyalty workers empty. */
export const transactionQueue = "loyalty-transactions";

/** The version of `TransactionPayload`; a worker dead-letters those that it does not know. */
export const payloadVersion = 1;

/**
 * What a job carries: a reference, never an amount. The transaction itself is in PostgreSQL, so whoever can write to Redis
 * can at most have a real transaction awarded, which happens once.
 */
export const TransactionPayload = z.strictObject({ version: z.literal(payloadVersion), transaction_id: z.uuid() });

/** The payload, as text, of a transaction's job. */
export const payloadOf = (transactionId: string): string =>
  JSON.stringify({ version: payloadVersion, transaction_id: transactionId });

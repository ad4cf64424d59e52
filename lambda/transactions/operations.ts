import type { Context } from "hono";
import type { Claims } from "../../contracts/loyalty";
import type { Api, ApiEnv } from "../../runtime/api";
import { formOrJson } from "../../runtime/body";
import { Problem } from "../../runtime/problem";
import * as z from "../../runtime/schema";
import { InvalidToken, type Tokens } from "../../runtime/token";
import type { BalanceRepository } from "./balance-repository";
import type { TransactionRepository } from "./transaction-repository";
import { BalanceAnswer, TransactionAnswer, TransactionBody, TransactionHeaders } from "./transaction-request";
import type { UserLimit } from "./user-limit";

export interface Dependencies {
  readonly transactions: TransactionRepository;
  readonly balances: BalanceRepository;
  readonly tokens: Tokens<Claims>;
  readonly limit: UserLimit;
}

const TransactionRequest = z.object({ headers: TransactionHeaders, body: TransactionBody });
const BalanceRequest = z.object({ headers: z.pick(TransactionHeaders, { authorization: true }) });

const tooMany = { 429: { description: "This user's requests of this minute are used up: Retry-After says when." } };

export function addOperations(api: Api, { transactions, balances, tokens, limit }: Dependencies): void {
  async function accept({ headers, body }: z.output<typeof TransactionRequest>, context: Context<ApiEnv>) {
    const { user_id, can_transact } = await bearer(headers.authorization, body.token);
    if (!can_transact) throw new Problem(403, "this user may not transact");
    const { amount, currency } = body;
    const idempotencyKey = headers["idempotency-key"];
    const accepted = await transactions.accept({ userId: user_id, amount, currency, idempotencyKey });
    context.set("jobs", [accepted.id]);
    if (accepted.amount !== amount || accepted.currency !== currency) {
      throw new Problem(422, "Idempotency-Key was used before, for another amount or currency");
    }
    return context.json({ id: accepted.id, user_id, amount, currency });
  }

  /** The claims of the one token that a request carries; throws 422, as the contract says, where others answer 401, and 429. */
  async function bearer(authorization: string | undefined, field?: string): Promise<Claims> {
    const header = authorization === undefined ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (authorization !== undefined && header === undefined) {
      throw new Problem(422, "Authorization must be `Bearer` and a token");
    }
    const token = field ?? header;
    if (token === undefined || token.trim() === "") {
      throw new Problem(422, "token is missing: send it as a field, or as Authorization: Bearer");
    }
    if (field !== undefined && header !== undefined && field !== header) {
      throw new Problem(422, "token differs from the one in Authorization");
    }
    const claims = await tokens.verify(token).catch((error: unknown) => {
      throw error instanceof InvalidToken ? new Problem(422, error.message) : error;
    });
    await limit(claims.user_id);
    return claims;
  }

  // Behind a router that strips /transactions, both paths are natural ones to call.
  for (const path of ["/", "/transactions"] as const) {
    api.operation(
      {
        method: "post",
        path,
        summary: "Make a transaction",
        description: "Once answered, it survives any crash, and its stamps follow within seconds.",
        request: TransactionRequest,
        bodyForm: formOrJson,
        bearer: true,
        answers: {
          200: { description: "The accepted transaction.", body: TransactionAnswer },
          403: { description: "This user may not transact." },
          ...tooMany,
        },
      },
      accept,
    );
  }
  api.operation(
    {
      method: "get",
      path: "/balance",
      summary: "Stamps, vouchers and the latest transactions",
      request: BalanceRequest,
      bearer: true,
      answers: { 200: { description: "The balance of the token's user.", body: BalanceAnswer }, ...tooMany },
    },
    async ({ headers }, context) => {
      const { user_id } = await bearer(headers.authorization);
      return context.json({ user_id, ...(await balances.of(user_id)) });
    },
  );
}

import { randomUUID } from "node:crypto";
import { secret } from "../../../bench/loyalty-platform";
import { tokenContract } from "../../../contracts/loyalty";
import { createTokens } from "../../../runtime/token";
import { fixedKeys } from "../../../runtime/token-keys";
import type { FunctionProcess } from "../../lambda/function-process";

const tokens = createTokens({ keys: fixedKeys(secret), ...tokenContract });

export interface Acknowledged {
  readonly id: string;
  readonly userId: number;
  readonly amount: number;
}

interface Reply {
  readonly status: number;
  readonly body: { readonly id?: unknown };
}

/** Sends one transaction of a user; resolves with the answer, or with undefined when there was none. */
export type Transact = (userId: number, amount: number, key: string) => Promise<Reply | undefined>;

/** To the process at `url`. */
export function overHttp(url: string): Transact {
  return async (userId, amount, key) => {
    const token = await tokens.issue({ user_id: userId, username: `user ${userId}`, can_transact: true });
    return fetch(`${url}/transactions`, {
      method: "POST",
      headers: { "Idempotency-Key": key },
      body: new URLSearchParams({ token, amount: String(amount), currency: "GBP" }),
    }).then(
      async (response) => ({ status: response.status, body: JSON.parse(await response.text()) }),
      // The process is gone, or went while it answered: the key makes the next try safe.
      () => undefined,
    );
  };
}

/** To the functions, each of which serves one request at a time: a login, then a transaction of `alice`, the user 1. */
export function throughFunctions(authentication: FunctionProcess, transactions: FunctionProcess): Transact {
  return async (_userId, amount, key) => {
    const login = await authentication.request("POST", "/token", { username: "alice", password: "password" });
    if (login.statusCode !== 200) throw new Error(`a login is answered ${login.statusCode}: ${login.body}`);
    const fields = { token: JSON.parse(login.body).token, amount: String(amount), currency: "GBP" };
    const multiValueHeaders = { "Content-Type": ["application/json"], "Idempotency-Key": [key] };
    const answer = await transactions.request("POST", "/transactions", fields, { multiValueHeaders });
    return { status: answer.statusCode, body: JSON.parse(answer.body) };
  };
}

/** Clients that keep making transactions, some forty a second each, every one sent again, with its key, until it is acknowledged. */
export class Load {
  readonly acknowledged: Acknowledged[] = [];
  readonly #clients: Promise<void>[];
  #stopping = false;

  constructor(
    private readonly transact: Transact,
    clients = 8,
  ) {
    this.#clients = Array.from({ length: clients }, (_, index) => this.#client(1 + (index % 2)));
  }

  /** Resolves when so many transactions more than now are acknowledged. */
  async more(count: number): Promise<void> {
    const goal = this.acknowledged.length + count;
    while (this.acknowledged.length < goal) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Resolves when every client has its last acknowledgement. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#clients);
  }

  async #client(userId: number): Promise<void> {
    for (let count = 0; !this.#stopping; count += 1) {
      const amount = count % 3 === 0 ? 99 : 100;
      const id = await this.#acknowledgement(userId, amount, randomUUID());
      this.acknowledged.push({ id, userId, amount });
      // As fast as they can they would work the machine to the full for as long as a fault lasts, and show no more.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #acknowledgement(userId: number, amount: number, key: string): Promise<string> {
    for (;;) {
      const answer = await this.transact(userId, amount, key);
      if (answer?.status === 200) return String(answer.body.id);
      if (answer && answer.status < 500)
        throw new Error(`refused with ${answer.status}: ${JSON.stringify(answer.body)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

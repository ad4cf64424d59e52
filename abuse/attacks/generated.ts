import fc from "fast-check";
import { Agent } from "undici";
import { type GeneratedRequest, type Known, requestsOf } from "../arbitrary";
import type { AttackTable, Target } from "../attack";
import { type ApiDescription, type ApiOperation, describeApi } from "../openapi";
import { login } from "./tokens";

export interface GenerationOptions {
  /** Of each API. */
  readonly requests: number;
  /** The same seed makes the same requests. */
  readonly seed: number;
}

interface GeneratedApi {
  /** What its requests carry as bearer token; empty for none. */
  readonly bearer: (target: Target) => Promise<string>;
  /** Texts that some requests need in order to succeed. */
  readonly words: (token: string) => Known["words"];
}

/** The APIs with a document. Of authentication last: after its refusals nobody at this address logs in for a minute. */
const apis: Readonly<Record<string, GeneratedApi>> = {
  preferences: {
    bearer: ({ token }) => token("preferences:read preferences:write preferences:admin"),
    words: () => ({}),
  },
  transactions: {
    bearer: ({ url }) => login(url, "alice"),
    words: (token) => ({ currency: ["GBP", "EUR"], token: [token], Authorization: [`Bearer ${token}`] }),
  },
  authentication: { bearer: async () => "", words: () => ({ username: ["alice"], password: ["password"] }) },
};

/** Requests made between two new tokens: those of the transactions API live 30 seconds. */
const batch = 250;

/** More requests than asked for, while an operation was never answered 2xx: the rarest succeeds in three of a hundred. */
const patience = 2_500;

/** Requests made of each API's own document; each answer must be one that the document describes, and none our fault. */
export const generated = ({ requests, seed }: GenerationOptions): AttackTable => ({
  name: "generated requests",
  source: `each API's OpenAPI document, ${requests} requests of seed ${seed}`,
  attacks: Object.entries(apis).map(([name, { bearer, words }]) => ({
    name: `${name}: ${requests} requests of its document, seed ${seed}`,
    async try(target) {
      const prefix = `${target.url}/${name}`;
      const api = describeApi(await (await fetch(`${prefix}/openapi.json`)).json());
      const agent = new Agent();
      const known = new Set<string>();
      const succeeded = new Set<ApiOperation>();
      try {
        const never = () => api.operations.filter((operation) => !succeeded.has(operation));
        for (let sent = 0; sent < requests || (sent < requests + patience && never().length > 0); sent += batch) {
          const token = await bearer(target);
          const count = sent < requests ? Math.min(batch, requests - sent) : batch;
          const fault = await tryBatch({
            api,
            agent,
            prefix,
            token,
            words: words(token),
            known,
            succeeded,
            count,
            seed: seed + sent,
          });
          if (fault !== undefined) return fault;
        }
        return never().length === 0
          ? undefined
          : `never answered 2xx: ${never()
              .map(({ method, path }) => `${method} ${path}`)
              .join(", ")}`;
      } finally {
        await agent.close();
      }
    },
  })),
});

interface Batch {
  readonly api: ApiDescription;
  readonly agent: Agent;
  readonly prefix: string;
  readonly token: string;
  readonly words: Known["words"];
  /** Ids that answers gave, for later requests to name. */
  readonly known: Set<string>;
  /** Operations that were answered 2xx: one that never is was not tried in earnest. */
  readonly succeeded: Set<ApiOperation>;
  readonly count: number;
  readonly seed: number;
}

const deletes = ({ method }: ApiOperation) => method.toLowerCase() === "delete";

async function tryBatch({ api, words, known, succeeded, count, seed, ...to }: Batch): Promise<string | undefined> {
  // What deletes comes last: it would leave the others little to succeed with.
  const operations = api.operations.toSorted((a, b) => Number(deletes(a)) - Number(deletes(b)));
  const each = Math.ceil(count / operations.length);
  for (const [index, operation] of operations.entries()) {
    // Shrinking would send a thousand more, and a request here is small enough to read.
    for (const request of fc.sample(requestsOf(operation, api, { ids: [...known].slice(-20), words }), {
      numRuns: each,
      // Operations of one seed would choose the same ids: those that one of them has just erased.
      seed: seed + index * 1_000_003,
    })) {
      const answer = await send(request, to);
      const fault = answer.status >= 500 ? `answered ${answer.status}` : api.fault(operation, answer);
      if (fault !== undefined) return `${describe(operation, request)}: ${fault}; ${answer.body.slice(0, 200)}`;
      if (answer.status >= 300) continue;
      succeeded.add(operation);
      for (const id of answer.body.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? []) known.add(id);
    }
  }
  return undefined;
}

async function send(
  { method, path, headers, body }: GeneratedRequest,
  { agent, prefix, token }: Pick<Batch, "agent" | "prefix" | "token">,
) {
  const { origin, pathname } = new URL(prefix);
  const answer = await agent.request({
    origin,
    path: `${pathname}${path}`,
    method: method === "GET" || method === "POST" || method === "PUT" || method === "PATCH" ? method : "DELETE",
    headers: { ...(token !== "" && { authorization: `Bearer ${token}` }), ...headers },
    body: body ?? null,
  });
  const type = answer.headers["content-type"];
  return { status: answer.statusCode, type: typeof type === "string" ? type : "", body: await answer.body.text() };
}

const describe = ({ method, path }: ApiOperation, request: GeneratedRequest) =>
  `${method} ${path} as ${JSON.stringify(request).slice(0, 500)}`;

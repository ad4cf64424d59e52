import { fetchFrom } from "./internet";
import { isLoopback } from "./loopback";
import * as z from "./schema";
import { resource } from "./service";

/** Whose request it is, as the issuer's token says. */
export interface Caller {
  /** Unique and never given anew at the issuer: a person, or the client itself. */
  readonly subject: string;
  /** The program that holds the token. */
  readonly client: string;
  readonly scopes: ReadonlySet<string>;
  /** Whether the client acts for a person, rather than for itself. */
  readonly isPerson: boolean;
}

/** Those with a token of one issuer. */
export interface Callers {
  /** Where the issuer describes itself. */
  readonly discoveryUrl: string;
  /** Requests of one caller in a minute; undefined is no limit. */
  readonly requestsPerMinute: number | undefined;
  /**
   * The caller of a request by its Authorization header.
   * @param scope that the token must have. @default none
   * @throws 400, 401 or 403 as RFC 6750 says, or 503 while nobody can say whether the token is good
   */
  admit(authorization: string | undefined, realm: string, scope?: string): Promise<Caller>;
}

/** Anybody on the way could change what an issuer says in the clear. */
const issuerUrl = z.url({ protocol: /^https?$/ }).check(
  z.refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url?.protocol === "https:" || isLoopback(url?.host);
  }, "must begin with https://"),
  z.describe("The OpenID Connect issuer whose tokens are let in; not set, everybody is"),
);

/** The resource `callers`: who may call; undefined where everybody may. */
export const callers = resource(
  z
    .object({
      CALLERS_ISSUER: z.optional(issuerUrl),
      CALLERS_AUDIENCE: z.optional(z.string()).check(z.describe("What tokens must be made for; set with the issuer")),
      CALLERS_KEYS_HOST: z
        .optional(z.string())
        .check(z.describe("Host of the issuer's keys, where it is not the issuer's own")),
      CALLERS_REQUESTS_PER_MINUTE: z
        .optional(z.coerce.number().check(z.int(), z.minimum(1)))
        .check(z.describe("Requests of one caller in a minute, before it is answered 429")),
    })
    .check(
      z.refine(({ CALLERS_ISSUER: issuer, CALLERS_AUDIENCE: audience }) => !issuer === !audience, {
        error: "an issuer and an audience are set together",
        path: ["CALLERS_AUDIENCE"],
      }),
    ),
  async (variables, { logger }): Promise<Callers | undefined> => {
    const {
      CALLERS_ISSUER: issuer,
      CALLERS_AUDIENCE: audience,
      CALLERS_KEYS_HOST: keysHost,
      CALLERS_REQUESTS_PER_MINUTE: requestsPerMinute,
    } = variables;
    if (issuer === undefined || audience === undefined) return undefined;
    // Where everybody may call, a cold start does not pay for what checks tokens.
    const [{ createCallers }, { createKeySet }] = await Promise.all([import("./access-token"), import("./key-set")]);
    const hosts = [new URL(issuer).hostname, ...(keysHost === undefined ? [] : [keysHost])];
    const fetch = fetchFrom(hosts, "CALLERS_ISSUER or CALLERS_KEYS_HOST (api.callers of the environment)");
    return createCallers({ issuer, audience, keys: createKeySet({ issuer, fetch, logger }), requestsPerMinute });
  },
);

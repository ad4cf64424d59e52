import { errors, jwtVerify } from "jose";
import type { Caller, Callers } from "./callers";
import { type Challenge, challenged } from "./challenge";
import { discoveryUrl, type KeySet, KeysUnavailable, keySetLimits } from "./key-set";
import { unavailable } from "./problem";
import * as z from "./schema";

/** Signatures with a public key, as strong as 128 bits or RSA's 2048 (RFC 8725, 3.1 and 3.2): no HMAC, and never none. */
const algorithms = ["RS256", "PS256", "ES256", "EdDSA"];

/** Seconds that the issuer's clock and ours may differ. */
const clockTolerance = 5;

/** Characters; the token of an issuer has some hundreds. */
const longestToken = 8192;

/** A token that was found good is good for so many milliseconds, for as long as the keys are the same; so many are kept. */
const remembered = { milliseconds: 60_000, tokens: 1_000 } as const;

interface Remembered {
  readonly caller: Caller;
  readonly until: number;
  readonly keysReadAt: number;
}

/** An identifier in ASCII, as OpenID Connect says of `sub`. */
const identifier = z.string().check(z.regex(/^[\x20-\x7e]{1,255}$/));

/** Of RFC 9068, 2.2: what is needed of an access token. */
const Claims = z.object({ sub: identifier, client_id: identifier, scope: z.optional(z.string()), exp: z.number() });

export interface CallersOptions {
  readonly issuer: string;
  /** What tokens must be made for: this API. */
  readonly audience: string;
  readonly keys: KeySet;
  /** @default no limit */
  readonly requestsPerMinute?: number | undefined;
  /** The clock. @default the system's */
  readonly now?: () => Date;
}

/** Lets in who brings an access token as RFC 9068 describes it, which excludes an issuer's other tokens (RFC 8725, 3.11). */
export function createCallers({
  issuer,
  audience,
  keys,
  requestsPerMinute,
  now = () => new Date(),
}: CallersOptions): Callers {
  const known = new Map<string, Remembered>();

  function remember(token: string, caller: Caller, exp: number, keysReadAt: number): void {
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= remembered.tokens) known.delete(oldest);
    const until = Math.min(now().getTime() + remembered.milliseconds, (exp + clockTolerance) * 1000);
    known.set(token, { caller, until, keysReadAt });
  }

  async function verified(token: string, challenge: Challenge): Promise<Caller> {
    const before = known.get(token);
    if (before && now().getTime() < before.until && before.keysReadAt === keys.readAt()) return before.caller;
    known.delete(token);
    // Of before: keys that are read meanwhile may no longer hold the one that the token is checked with.
    const keysReadAt = keys.readAt();
    try {
      if (token.length > longestToken) throw new Error(`the token has ${token.length} characters`);
      const { payload } = await jwtVerify(token, keys.find, {
        algorithms,
        typ: "at+jwt",
        issuer,
        audience,
        clockTolerance,
        requiredClaims: ["exp", "iat", "sub", "client_id"],
        // Whatever `exp` says, a token that was lost is of no use after a day.
        maxTokenAge: "1 day",
        currentDate: now(),
      });
      const { sub, client_id, scope = "", exp } = z.parse(Claims, payload);
      // RFC 9068, 2.2: where no person is involved, `sub` is the client. Whatever is not plainly a client is a person.
      const isPerson = sub !== client_id;
      const scopes = new Set(scope.split(" ").filter((name) => name !== ""));
      const caller = { subject: sub, client: client_id, scopes, isPerson };
      remember(token, caller, exp, keysReadAt);
      return caller;
    } catch (cause) {
      if (cause instanceof KeysUnavailable) {
        const seconds = keySetLimits.pauseAfterFailure / 1000;
        throw unavailable("Tokens cannot be checked just now. Try again shortly.", cause, seconds);
      }
      const detail = cause instanceof errors.JWTExpired ? "The token has expired." : "The token is not valid here.";
      throw challenged(401, detail, { ...challenge, error: "invalid_token" }, { cause });
    }
  }

  return {
    discoveryUrl: discoveryUrl(issuer),
    requestsPerMinute,
    async admit(authorization, realm, scope) {
      const challenge: Challenge = { realm, ...(scope !== undefined && { scope }) };
      if (authorization === undefined || !/^Bearer\b/i.test(authorization)) {
        throw challenged(401, "Send an access token as `Authorization: Bearer`.", challenge);
      }
      const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization) ?? [];
      if (token === undefined) {
        const detail = "Authorization must be Bearer and one token.";
        throw challenged(400, detail, { ...challenge, error: "invalid_request" });
      }
      const caller = await verified(token, challenge);
      if (scope !== undefined && !caller.scopes.has(scope)) {
        throw challenged(403, `The token lacks the scope ${scope}.`, { ...challenge, error: "insufficient_scope" });
      }
      return caller;
    },
  };
}

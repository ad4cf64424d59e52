import { createLocalJWKSet, errors, type JWTVerifyGetKey } from "jose";
import { bytesOf } from "./body";
import type { Logger } from "./logger";
import * as z from "./schema";

/** The issuer's keys cannot be had, so nobody can say whether a token with an unknown key is good. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
}

/** Where an issuer describes itself: OpenID Connect Discovery 1.0, section 4. */
export const discoveryUrl = (issuer: string) => `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;

export interface KeySetOptions {
  /** Its discovery document names the key set. */
  readonly issuer: string;
  readonly fetch: typeof globalThis.fetch;
  readonly logger: Logger;
  /** The clock, in milliseconds. @default the system's */
  readonly now?: () => number;
}

/** Milliseconds, or bytes, that a key set may cost. */
export const keySetLimits = {
  /** Keys are looked for again when they are this old, so that one that the issuer withdrew ends. */
  age: 10 * 60_000,
  /** After keys were read, the next unknown key has them read again only after this: anyone can make up key ids. */
  pause: 30_000,
  /** The same after a failure. */
  pauseAfterFailure: 5_000,
  /** Discovery document and key set together. */
  timeout: 2_000,
  bytes: 256 * 1024,
} as const;

const Keys = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation: the issuer must be the very one. */
const Discovery = (issuer: string) =>
  z.object({
    issuer: z.literal(issuer),
    jwks_uri: z
      .url()
      .check(z.refine((uri) => uri.split(":")[0] === issuer.split(":")[0], "must be as safe to reach as its issuer")),
  });

export interface KeySet {
  /** The key of a token, for jose. Throws KeysUnavailable for one that is unknown while the keys cannot be had. */
  readonly find: JWTVerifyGetKey;
  /** Changes whenever the keys were read again. */
  readonly readAt: () => number;
}

/**
 * The keys of an OpenID Connect issuer, for jose. jose's own remote set forgets its keys when it cannot renew them, and
 * asks again for each unknown key while it cannot; here known keys go on working, and there is a pause between two tries.
 */
export function createKeySet({ issuer, fetch, logger, now = Date.now }: KeySetOptions): KeySet {
  let keyIn = createLocalJWKSet({ keys: [] });
  let readAt = -Infinity;
  let pauseUntil = -Infinity;
  let hasFailed = false;
  let reading: Promise<void> | undefined;

  async function get<Schema extends z.core.$ZodType>(url: string, schema: Schema, signal: AbortSignal) {
    // A redirect could lead anywhere, into the VPC too, and a key set has one address.
    const response = await fetch(url, { signal, redirect: "error", headers: { Accept: "application/json" } });
    try {
      if (!response.ok) throw new Error(`${url} answered ${response.status}`);
      const tooLarge = () => new Error(`${url} answered more than ${keySetLimits.bytes} bytes`);
      return z.parse(schema, JSON.parse((await bytesOf(response, keySetLimits.bytes, tooLarge)).toString()));
    } finally {
      await response.body?.cancel().catch(() => undefined);
    }
  }

  async function read(): Promise<void> {
    const signal = AbortSignal.timeout(keySetLimits.timeout);
    try {
      const { jwks_uri } = await get(discoveryUrl(issuer), Discovery(issuer), signal);
      keyIn = createLocalJWKSet(await get(jwks_uri, Keys, signal));
      readAt = now();
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      logger.warn({ err: error }, "the issuer's keys cannot be read; those that are known go on working");
    }
    pauseUntil = now() + (hasFailed ? keySetLimits.pauseAfterFailure : keySetLimits.pause);
  }

  /** Reads the keys unless that was done, or tried, a moment ago. */
  async function refresh(): Promise<void> {
    if (reading === undefined && now() < pauseUntil) return;
    reading ??= read().finally(() => {
      reading = undefined;
    });
    await reading;
  }

  const keyOf: JWTVerifyGetKey = async (header, token) => {
    if (now() - readAt >= keySetLimits.age) await refresh();
    try {
      return await keyIn(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    await refresh();
    if (hasFailed) throw new KeysUnavailable("the issuer's keys cannot be read");
    return keyIn(header, token);
  };
  return { find: keyOf, readAt: () => readAt };
}

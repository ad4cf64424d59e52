import { createSecretKey, type KeyObject } from "node:crypto";
import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { z } from "zod";

/** How long a token is valid after it was issued. */
export const tokenSeconds = 30;

const algorithm = "HS256";
const issuer = "platform/authentication";
const audience = "platform/transactions";

/** HS256 is as strong as its key: RFC 7518, section 3.2 asks for at least the 32 bytes of the hash's output. */
export const jwtSecret = z
  .string()
  .refine((secret) => Buffer.byteLength(secret) >= 32, "must have at least 32 bytes, as HS256 needs (RFC 7518, 3.2)");

/** What a token says of its bearer. */
export const claimsSchema = z.object({
  user_id: z.int().positive(),
  username: z.string().min(1),
  can_transact: z.boolean(),
});
export type Claims = z.infer<typeof claimsSchema>;

/** A token that is malformed, forged, meant for others or no longer valid; the message may be shown to the caller. */
export class InvalidToken extends Error {
  override readonly name = "InvalidToken";
}

export interface TokenOptions {
  /** Signs new tokens; at least 32 bytes. */
  readonly secret: string;
  /** Still accepted while a rotation is under way; signs nothing. @default none */
  readonly previousSecret?: string | undefined;
  /** The clock. @default the system's */
  readonly now?: () => Date;
}

export interface Tokens {
  /** A signed JWT, valid for `tokenSeconds`. */
  issue(claims: Claims): Promise<string>;
  /** The claims of a token; throws InvalidToken. */
  verify(token: string): Promise<Claims>;
}

/**
 * Issues and checks tokens: HS256 and nothing else, one issuer, one audience, no tolerance for clocks.
 * Throws when a secret has fewer than 32 bytes.
 */
export function createTokens({ secret, previousSecret, now = () => new Date() }: TokenOptions): Tokens {
  const [current, ...older] = [secret, ...(previousSecret === undefined ? [] : [previousSecret])].map(signingKey);
  if (current === undefined) throw new Error("a token needs a secret");

  return {
    async issue(claims) {
      const issuedAt = Math.floor(now().getTime() / 1000);
      return new SignJWT({ ...claims })
        .setProtectedHeader({ alg: algorithm, typ: "JWT" })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + tokenSeconds)
        .sign(current);
    },

    async verify(token) {
      for (const key of [current, ...older]) {
        const payload = await signedPayload(token, key, now());
        if (payload === undefined) continue;
        const claims = claimsSchema.safeParse(payload);
        if (!claims.success) throw new InvalidToken("token lacks the claims of this platform");
        return claims.data;
      }
      throw new InvalidToken("token is not valid");
    },
  };
}

/** The payload of a valid token, or undefined when another key may have signed it; throws InvalidToken otherwise. */
async function signedPayload(token: string, key: KeyObject, currentDate: Date): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [algorithm],
      typ: "JWT",
      issuer,
      audience,
      currentDate,
      clockTolerance: 0,
      requiredClaims: ["exp"],
      // Bounds a token's life from `iat`: whatever `exp` a holder of the secret may have written.
      maxTokenAge: tokenSeconds,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return undefined;
    if (error instanceof errors.JWTExpired) throw new InvalidToken("token has expired");
    if (error instanceof errors.JOSEError) throw new InvalidToken("token is not valid");
    throw error;
  }
}

function signingKey(secret: string): KeyObject {
  const { data, error } = jwtSecret.safeParse(secret);
  if (data === undefined) {
    const rule = error?.issues[0]?.message ?? "is not usable";
    throw new Error(`a token's secret ${rule}, got ${Buffer.byteLength(secret)}`);
  }
  return createSecretKey(Buffer.from(data));
}

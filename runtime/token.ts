import { createSecretKey, type KeyObject } from "node:crypto";
import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";
import * as z from "./schema";
import { resource } from "./service";

const algorithm = "HS256";

/** HS256 is as strong as its key: RFC 7518, section 3.2 asks for at least the 32 bytes of the hash's output. */
const secretOf = (meaning: string) =>
  z.string().check(
    z.refine(
      (secret) => Buffer.byteLength(secret) >= 32,
      "must have at least 32 bytes, as HS256 needs (RFC 7518, 3.2)",
    ),
    z.describe(`${meaning}; at least 32 bytes`),
  );

/** A token that is malformed, forged, meant for others or no longer valid; the message may be shown to the caller. */
export class InvalidToken extends Error {
  override readonly name = "InvalidToken";
}

export interface TokenOptions<Claims extends z.core.$ZodType<JWTPayload>> {
  /** Signs new tokens; at least 32 bytes. */
  readonly secret: string;
  /** Still accepted while a rotation is under way; signs nothing. @default none */
  readonly previousSecret?: string | undefined;
  readonly issuer: string;
  readonly audience: string;
  /** Seconds that a token is valid after it was issued. */
  readonly lifetime: number;
  /** What a token says of its bearer. */
  readonly claims: Claims;
  /** The clock. @default the system's */
  readonly now?: () => Date;
}

export interface Tokens<Claims> {
  /** A signed JWT, valid for the lifetime. */
  issue(claims: Claims): Promise<string>;
  /** The claims of a token; throws InvalidToken. */
  verify(token: string): Promise<Claims>;
}

/**
 * Issues and checks tokens: HS256 and nothing else, one issuer, one audience, no tolerance for clocks.
 * Throws when a secret has fewer than 32 bytes.
 */
export function createTokens<Claims extends z.core.$ZodType<JWTPayload>>({
  secret,
  previousSecret,
  issuer,
  audience,
  lifetime,
  claims: Claims,
  now = () => new Date(),
}: TokenOptions<Claims>): Tokens<z.output<Claims>> {
  const current = signingKey(secret);
  const keys = previousSecret === undefined ? [current] : [current, signingKey(previousSecret)];

  /** The payload of a valid token, or undefined when another key may have signed it; throws InvalidToken otherwise. */
  async function payloadOf(token: string, key: KeyObject): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [algorithm],
        typ: "JWT",
        issuer,
        audience,
        currentDate: now(),
        clockTolerance: 0,
        requiredClaims: ["exp"],
        // Bounds a token's life from `iat`: whatever `exp` a holder of the secret may have written.
        maxTokenAge: lifetime,
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWSSignatureVerificationFailed) return undefined;
      if (error instanceof errors.JWTExpired) throw new InvalidToken("token has expired");
      if (error instanceof errors.JOSEError) throw new InvalidToken("token is not valid");
      throw error;
    }
  }

  return {
    async issue(claims) {
      const issuedAt = Math.floor(now().getTime() / 1000);
      return new SignJWT({ ...claims })
        .setProtectedHeader({ alg: algorithm, typ: "JWT" })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetime)
        .sign(current);
    },

    async verify(token) {
      for (const key of keys) {
        const payload = await payloadOf(token, key);
        if (payload === undefined) continue;
        const claims = z.safeParse(Claims, payload);
        if (!claims.success) throw new InvalidToken("token lacks the claims of this platform");
        return claims.data;
      }
      throw new InvalidToken("token is not valid");
    },
  };
}

function signingKey(secret: string): KeyObject {
  const bytes = Buffer.from(secret);
  if (bytes.length < 32) throw new Error(`a token's secret must have at least 32 bytes, got ${bytes.length}`);
  return createSecretKey(bytes);
}

/** The resource `jwt`: the secrets that sign and check tokens. */
export const jwt = resource(
  z.object({
    JWT_SECRET: secretOf("Signs and checks tokens; the same in every service that takes them"),
    JWT_SECRET_PREVIOUS: z.optional(secretOf("The secret before, still accepted while a rotation is under way")),
  }),
  ({ JWT_SECRET: secret, JWT_SECRET_PREVIOUS: previousSecret }) => ({ secret, previousSecret }),
);

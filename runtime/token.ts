import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify, SignJWT } from "jose";
import * as z from "./schema";
import { resource } from "./service";
import { fewestBytes, fixedKeys, renewedKeys, type TokenKeys } from "./token-keys";

const algorithm = "HS256";

const secretOf = (meaning: string) =>
  z
    .optional(
      z
        .string()
        .check(
          z.refine(
            (secret) => Buffer.byteLength(secret) >= fewestBytes,
            "must have at least 32 bytes, as HS256 needs (RFC 7518, 3.2)",
          ),
        ),
    )
    .check(z.describe(`${meaning}; at least 32 bytes`));

/** A token that is malformed, forged, meant for others or no longer valid; the message may be shown to the caller. */
export class InvalidToken extends Error {
  override readonly name = "InvalidToken";
}

export interface TokenOptions<Claims extends z.core.$ZodType<JWTPayload>> {
  /** What signs tokens, and what they may be signed with. */
  readonly keys: TokenKeys;
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

/** Issues and checks tokens: HS256 and nothing else, one issuer, one audience, no tolerance for clocks. */
export function createTokens<Claims extends z.core.$ZodType<JWTPayload>>({
  keys,
  issuer,
  audience,
  lifetime,
  claims: Claims,
  now = () => new Date(),
}: TokenOptions<Claims>): Tokens<z.output<Claims>> {
  /** The key that a token's header names. */
  const keyOf: JWTVerifyGetKey = async ({ kid }) => {
    const key = kid === undefined ? undefined : await keys.find(kid);
    if (key === undefined) throw new InvalidToken("token is not valid");
    return key.secret;
  };

  /** The payload of a valid token; throws InvalidToken. */
  async function payloadOf(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keyOf, {
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
      if (error instanceof errors.JWTExpired) throw new InvalidToken("token has expired");
      if (error instanceof errors.JOSEError) throw new InvalidToken("token is not valid");
      throw error;
    }
  }

  return {
    async issue(claims) {
      const { id, secret } = await keys.signing();
      const issuedAt = Math.floor(now().getTime() / 1000);
      return new SignJWT({ ...claims })
        .setProtectedHeader({ alg: algorithm, typ: "JWT", kid: id })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetime)
        .sign(secret);
    },

    async verify(token) {
      const claims = z.safeParse(Claims, await payloadOf(token));
      if (!claims.success) throw new InvalidToken("token lacks the claims of this platform");
      return claims.data;
    },
  };
}

/** The resource `jwt`: the keys that sign and check tokens, of variables or of Secrets Manager (on AWS). */
export const jwt = resource(
  z
    .object({
      JWT_SECRET: secretOf("Signs and checks tokens, the same in every service that takes them; it or JWT_SECRET_ID"),
      JWT_SECRET_PREVIOUS: secretOf("The secret before, still accepted while a rotation is under way"),
      JWT_SECRET_ID: z
        .optional(z.string())
        .check(
          z.describe("The secret of Secrets Manager that holds the keys, and is read again when they are rotated"),
        ),
    })
    .check(
      z.refine(({ JWT_SECRET, JWT_SECRET_ID }) => (JWT_SECRET === undefined) !== (JWT_SECRET_ID === undefined), {
        path: ["JWT_SECRET"],
        error: "set it or JWT_SECRET_ID, and not both",
      }),
    ),
  async (variables, { logger }): Promise<TokenKeys> => {
    const { JWT_SECRET: secret, JWT_SECRET_PREVIOUS: previous, JWT_SECRET_ID: id } = variables;
    if (secret !== undefined || id === undefined) return fixedKeys(secret ?? "", previous);
    const { tokenSecretReader } = await import("./token-secret");
    const onError = (error: unknown) =>
      logger.warn({ err: error }, "the token secret cannot be read; the known keys stay");
    return renewedKeys({ read: tokenSecretReader(id), onError });
  },
);

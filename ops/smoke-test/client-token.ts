import {
  allowInsecureRequests,
  ClientSecretBasic,
  clientCredentialsGrant,
  discovery,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from "openid-client";
import { Failure } from "../../runtime/failure";
import { isLoopback } from "../../runtime/loopback";

export interface ClientTokenOptions {
  /** The OpenID Connect issuer. */
  readonly issuer: string;
  /** What the token is for (RFC 8707). */
  readonly audience: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Seconds that one answer of the issuer may take. */
  readonly answerWithin: number;
}

/**
 * A token of a program by its client credentials (RFC 6749, 4.4). It asks for no scope: it shows who the program is and
 * opens nobody's data.
 * @throws Failure with the issuer's words, which hold no secret
 */
export async function clientToken({
  issuer,
  audience,
  clientId,
  clientSecret,
  answerWithin,
}: ClientTokenOptions): Promise<string> {
  const url = new URL(issuer);
  try {
    const configuration = await discovery(url, clientId, undefined, ClientSecretBasic(clientSecret), {
      timeout: answerWithin,
      // A secret goes in the clear to this machine alone.
      ...(isLoopback(url.host) && { execute: [allowInsecureRequests] }),
    });
    const { access_token } = await clientCredentialsGrant(configuration, { resource: audience });
    return access_token;
  } catch (error) {
    throw new Failure(`the smoke test's client gets no token of ${issuer}: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof WWWAuthenticateChallengeError) {
    return `${error.status} ${error.cause.map(({ parameters }) => parameters.error).join(", ")}`;
  }
  if (error instanceof ResponseBodyError) return `${error.status} ${error.error}`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

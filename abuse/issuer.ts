import { once } from "node:events";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** An OpenID Connect issuer as far as the platform asks it: where its keys are, and its keys. */
export interface Issuer {
  readonly url: string;
  readonly audience: string;
  /** An access token of a program with these scopes, as RFC 9068 describes it. */
  token(scopes: string): Promise<string>;
  stop(): void;
}

export async function startIssuer(): Promise<Issuer> {
  const audience = "https://api.example.com";
  const kid = "abuse";
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = await exportJWK(publicKey);
  let url = "";
  const server = createServer((request, response) => {
    const known = request.url === "/.well-known/openid-configuration";
    const answer = known
      ? { issuer: url, jwks_uri: `${url}/jwks` }
      : { keys: [{ ...jwk, kid, alg: "ES256", use: "sig" }] };
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  return {
    url,
    audience,
    token: (scope) =>
      new SignJWT({ client_id: "abuse", scope })
        .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid })
        .setIssuer(url)
        .setAudience(audience)
        .setSubject("abuse")
        .setJti(crypto.randomUUID())
        .setIssuedAt()
        .setExpirationTime("10 minutes")
        .sign(privateKey),
    stop: () => server.close(),
  };
}

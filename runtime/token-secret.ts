import * as z from "./schema";
import { type RotatedKeys, tokenKey } from "./token-keys";

const Key = z.object({
  id: z.string().check(z.regex(/^[\w-]{8,64}$/, "must be 8 to 64 URL-safe characters")),
  secret: z.string().check(z.regex(/^[\w-]{64,}$/, "must be 48 bytes or more in base64url")),
});

/** What ops/token-key writes. */
const TokenSecret = z.object({
  current: Key,
  previous: z.nullable(Key),
  rotatedAt: z.iso.datetime(),
});

/** The keys that a value of the token secret holds. Throws what is wrong with it, and never what it holds. */
export function readTokenSecret(value: string | undefined): RotatedKeys {
  const { current, previous, rotatedAt } = parse(value);
  return {
    current: tokenKey(current.id, Buffer.from(current.secret, "base64url")),
    previous: previous === null ? undefined : tokenKey(previous.id, Buffer.from(previous.secret, "base64url")),
    rotatedAt: Date.parse(rotatedAt),
  };
}

function parse(value: string | undefined): z.output<typeof TokenSecret> {
  let json: unknown;
  try {
    json = JSON.parse(value ?? "");
  } catch {
    // JSON.parse quotes what it could not read.
    throw new Error("the token secret is no JSON: make token-key writes it");
  }
  const secret = z.safeParse(TokenSecret, json, { jitless: true });
  if (secret.success) return secret.data;
  throw new Error(`the token secret is not what make token-key writes: ${z.prettifyError(secret.error)}`);
}

/** Reads the token secret of Secrets Manager, again and again with one client. */
export function tokenSecretReader(secretId: string): () => Promise<RotatedKeys> {
  const opened = import("./aws-sdk/secrets-manager").then(({ GetSecretValueCommand, SecretsManagerClient }) => {
    // A read waits for a request at times: it is tried three times within the two seconds that a login may take.
    const client = new SecretsManagerClient({
      maxAttempts: 3,
      requestHandler: { connectionTimeout: 300, requestTimeout: 600, throwOnRequestTimeout: true },
    });
    return () => client.send(new GetSecretValueCommand({ SecretId: secretId }));
  });
  return async () => {
    const get = await opened;
    return readTokenSecret((await get()).SecretString);
  };
}

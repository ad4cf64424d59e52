import { Sha256 } from "./sha256";

export interface CacheToken {
  /** Name of the replication group; not a host: ElastiCache checks it, nobody resolves it. */
  readonly cache: string;
  /** Id of the ElastiCache user, which is its name too. */
  readonly user: string;
  readonly region: string;
}

/** Seconds in which a connection may be opened with a token; the most that ElastiCache takes. */
const lifetime = 900;

/**
 * What an ElastiCache user with IAM authentication gives as its password: a presigned request without its scheme, made
 * here with the credentials of this process, so there is nothing to keep.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
 */
export async function cacheToken({ cache, user, region }: CacheToken): Promise<string> {
  const { credentials, SignatureV4 } = await import("./aws-sdk/signature");
  const signer = new SignatureV4({ service: "elasticache", region, credentials, sha256: Sha256 });
  const { query = {} } = await signer.presign(
    {
      method: "GET",
      protocol: "http:",
      hostname: cache,
      path: "/",
      query: { Action: "connect", User: user },
      headers: { host: cache },
    },
    { expiresIn: lifetime },
  );
  const fields = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return `${cache}/?${fields.join("&")}`;
}

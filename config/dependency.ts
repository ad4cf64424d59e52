/**
 * What a service may use. Each becomes environment variables and, on AWS, grants and security-group rules; what it is on
 * each side is in dependencies/<name>.
 *
 * - database: PostgreSQL, through the RDS proxy with IAM authentication on AWS, by DATABASE_URL elsewhere
 * - queue: Redis, for queues and rate limits
 * - imports: the bucket of large files, read under `imports/`, written under `imports-rejected/`
 * - internet: the public hosts that its entry names, over HTTPS
 * - jwt: the secret that signs and checks tokens
 * - callers: who may call, by tokens of an OpenID Connect issuer; everybody where none is named
 */
export const dependencyNames = ["database", "queue", "imports", "internet", "jwt", "callers"] as const;
export type DependencyName = (typeof dependencyNames)[number];

/** What one service alone may use, and why. */
export const usedByOneService: Partial<Record<DependencyName, string>> = {
  imports: "its bucket is readable by one function alone",
};

/** What one kind of service alone may use, and why. */
export const usedByOneKind: Partial<
  Record<DependencyName, { readonly kind: "http" | "events"; readonly because: string }>
> = {
  imports: { kind: "events", because: "its bucket tells of each new file" },
  callers: { kind: "http", because: "nobody calls the others" },
};

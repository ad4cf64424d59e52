import { Problem, type ProblemOptions } from "./problem";

/** What a challenge says: RFC 6750, section 3. */
export interface Challenge {
  /** Whose protection space it is: the service. */
  readonly realm: string;
  /** The scope that the request needs. @default none is named */
  readonly scope?: string;
  /** RFC 6750, section 3.1. @default none, as for a request that carries no token */
  readonly error?: "invalid_request" | "invalid_token" | "insufficient_scope";
}

/**
 * The answer to a request without the token that it needs.
 * @param detail in the characters of a quoted string, and without what the request said
 */
export function challenged(
  status: 400 | 401 | 403,
  detail: string,
  { realm, scope, error }: Challenge,
  options: Pick<ProblemOptions, "cause"> = {},
): Problem {
  const parameters = {
    realm,
    ...(error !== undefined && { error, error_description: detail }),
    ...(scope !== undefined && { scope }),
  };
  const listed = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
  return new Problem(status, detail, { ...options, headers: { "WWW-Authenticate": `Bearer ${listed.join(", ")}` } });
}

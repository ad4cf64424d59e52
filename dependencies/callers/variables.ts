/** The variables of runtime/callers.ts: none of them set, everybody may call. */
export const callersVariables = [
  "CALLERS_ISSUER",
  "CALLERS_AUDIENCE",
  "CALLERS_KEYS_HOST",
  "CALLERS_REQUESTS_PER_MINUTE",
] as const;

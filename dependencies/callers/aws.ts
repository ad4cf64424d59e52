import type { AwsDependency } from "../aws-dependency";

/** The issuer whose tokens are let in, and the way to its keys; none where everybody may call. */
export const callers: AwsDependency = (client, { api }) => {
  if (api.callers === "open") return;
  client.grantInternet();
  client.setVariables({
    CALLERS_ISSUER: api.callers.issuer,
    CALLERS_AUDIENCE: api.callers.audience,
    ...(api.callers.keysHost !== undefined && { CALLERS_KEYS_HOST: api.callers.keysHost }),
    CALLERS_REQUESTS_PER_MINUTE: String(api.requestsPerCaller),
  });
};

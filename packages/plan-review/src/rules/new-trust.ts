import { say } from "../phrase";
import { gained } from "./grants";
import type { ChangeRule } from "./rule";

export const newTrust: ChangeRule = {
  name: "new-trust",
  level: "stop",
  sentence: "Trusts somebody new",
  about: (change, { account }) => {
    const { type, action, before, after } = change;
    if (type === "aws_iam_openid_connect_provider" && action === "create")
      return say`identity provider ${after.url ?? null}`;
    if (type === "aws_lambda_permission") {
      const principal = after.principal;
      if (typeof principal !== "string" || principal === before.principal) return undefined;
      return action !== "create" || isForeign(`AWS ${principal}`, account) ? say`${principal} may invoke` : undefined;
    }
    const found = gained(change)
      .filter(({ part }) => part === "principal")
      .find(({ entry }) => action !== "create" || isForeign(entry, account));
    return found && say`${found.entry}`;
  },
};

/** Whether a new policy trusts somebody outside the account; AWS's own services are not. */
function isForeign(principal: string, account: string | undefined): boolean {
  if (principal.startsWith("Federated ")) return true;
  const [, other] = /^AWS (?:arn:[^:]*:[^:]*::)?(\d{12})(?::|$)/.exec(principal) ?? [];
  return other !== undefined && other !== account;
}

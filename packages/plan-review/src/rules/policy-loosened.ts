import { say } from "../phrase";
import { isAbsent } from "../values";
import { loosened, nameOf } from "./grants";
import type { ChangeRule } from "./rule";
import { transitions } from "./transitions";

export const policyLoosened: ChangeRule = {
  name: "policy-loosened",
  level: "stop",
  sentence: "Takes away what held a policy back",
  about: (change) => {
    const boundary = transitions(change).find(
      ({ path, before }) => path === "permissions_boundary" && !isAbsent(before),
    );
    if (boundary !== undefined) return say`boundary ${boundary.before} → ${boundary.after}`;
    const statement = loosened(change);
    if (statement === undefined) return undefined;
    return statement.effect === "Deny"
      ? say`statement ${nameOf(statement)} denies less`
      : say`statement ${nameOf(statement)} loses a condition`;
  },
};

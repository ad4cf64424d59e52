import { past } from "../change";
import { say } from "../phrase";
import { beyondTags } from "./beyond-tags";
import type { ChangeRule } from "./rule";

export const policyChange: ChangeRule = {
  name: "policy-change",
  level: "look",
  sentence: "Changes who may do what",
  about: (change) => {
    const { type, action, differences, later } = change;
    const policies = differences.filter(({ kind }) => kind === "policy").map(({ path }) => path);
    const unknown = later.filter((path) => /(^|\.)(assume_role_)?policy$/.test(path));
    if (policies.length + unknown.length > 0) return say`${[...policies, ...unknown].join(", ")}`;
    // Permissions come and go with resources that hold nothing else.
    const holds = /_(policy|policy_attachment|permission)$/.test(type);
    return holds && beyondTags(change) ? [...say`${type}`, ` is ${past[action]}`] : undefined;
  },
};

import { say } from "../phrase";
import type { ChangeRule } from "./rule";

/** Attributes that other rules have to read. */
const telling = /(policy|cidr|principal|ingress|egress)/;
/** Attributes that hold a policy. */
const policies = /(^|\.)(assume_role_)?policy(\.|\[|$)/;

export const unreadable: ChangeRule = {
  name: "unreadable",
  level: "stop",
  sentence: "Changes access in a way that nobody can review here",
  about: ({ differences }) => {
    const secret = differences.find(({ kind, path }) => kind === "hidden" && telling.test(path));
    if (secret !== undefined) return say`${secret.path} is sensitive`;
    const strange = differences.find(({ kind, path }) => kind !== "policy" && policies.test(path));
    return strange && say`${strange.path} is no policy that the review can read`;
  },
};

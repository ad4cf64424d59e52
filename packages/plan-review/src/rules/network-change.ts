import { past } from "../change";
import { say } from "../phrase";
import { beyondTags } from "./beyond-tags";
import type { ChangeRule } from "./rule";

const types =
  /^aws_(default_)?(security_group.*|vpc_security_group_.*|network_acl.*|route|route_table|vpc_endpoint.*|vpc_peering.*|wafv2_.*)$/;

export const networkChange: ChangeRule = {
  name: "network-change",
  level: "look",
  sentence: "Changes who may talk to whom on the network",
  about: (change) =>
    types.test(change.type) && beyondTags(change) ? [...say`${change.type}`, ` is ${past[change.action]}`] : undefined,
};

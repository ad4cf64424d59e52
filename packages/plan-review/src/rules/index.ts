import { newTrust, policyChange, policyGainsWildcard, policyLoosened, unreadable } from "./access";
import { destroyed, replaced, replacementNotKnown, statefulDestroyed, unknownType } from "./loss";
import { networkChange, openNetwork } from "./network";
import { checkFails, drifted, manyChanges, partialPlan, providerAction, stackGone, stalePlan } from "./plans";
import { encryptionOff, protectionOff } from "./protection";
import { evictionAllowed } from "./queue";
import type { Rule } from "./rule";
import { engineVersion, limitsChange, lockedForGood, machineChange, retentionShortened } from "./settings";
import { taskWidened } from "./tasks";

/** Every rule, in the order in which an operator should read what they find. */
export const rules: readonly Rule[] = [
  statefulDestroyed,
  protectionOff,
  openNetwork,
  encryptionOff,
  evictionAllowed,
  policyGainsWildcard,
  policyLoosened,
  newTrust,
  unreadable,
  stackGone,
  stalePlan,
  partialPlan,
  providerAction,
  checkFails,
  drifted,
  unknownType,
  replacementNotKnown,
  replaced,
  destroyed,
  networkChange,
  policyChange,
  taskWidened,
  lockedForGood,
  engineVersion,
  machineChange,
  limitsChange,
  retentionShortened,
  manyChanges,
];

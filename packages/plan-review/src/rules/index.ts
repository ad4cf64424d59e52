import { destroyed } from "./destroyed";
import { drifted } from "./drifted";
import { encryptionOff } from "./encryption-off";
import { engineVersion } from "./engine-version";
import { limitsChange } from "./limits-change";
import { manyChanges } from "./many-changes";
import { networkChange } from "./network-change";
import { newTrust } from "./new-trust";
import { openNetwork } from "./open-network";
import { policyChange } from "./policy-change";
import { policyGainsWildcard } from "./policy-gains-wildcard";
import { policyLoosened } from "./policy-loosened";
import { protectionOff } from "./protection-off";
import { replaced } from "./replaced";
import { retentionShortened } from "./retention-shortened";
import type { Rule } from "./rule";
import { stackGone } from "./stack-gone";
import { stalePlan } from "./stale-plan";
import { statefulDestroyed } from "./stateful-destroyed";
import { unknownType } from "./unknown-type";
import { unreadable } from "./unreadable";

/** Every rule, in the order in which an operator should read what they find. */
export const rules: readonly Rule[] = [
  statefulDestroyed,
  protectionOff,
  openNetwork,
  encryptionOff,
  policyGainsWildcard,
  policyLoosened,
  newTrust,
  unreadable,
  stackGone,
  stalePlan,
  drifted,
  unknownType,
  replaced,
  destroyed,
  networkChange,
  policyChange,
  engineVersion,
  limitsChange,
  retentionShortened,
  manyChanges,
];

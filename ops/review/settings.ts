import type { Settings } from "@platform/plan-review";

/** GitLab lets a developer set a label, and only the roles of a protected environment run its job. */
export const settings: Settings = {
  override: { label: "stop-accepted", job: "deploy-infrastructure:production", who: "a maintainer" },
};

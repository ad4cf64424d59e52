import { visibleJson } from "@platform/terraform";
import type { Change } from "../change";
import { type Phrase, plain } from "../phrase";
import type { Review } from "../review";
import type { Value } from "../values";
import { exitCodes } from "../verdict";

/** The review for programs; sensitive values are shown as "(sensitive)". */
export function toJson({ environment, verdict, reasons, totals, stacks, drift, cost }: Review): string {
  return visibleJson({
    environment,
    verdict,
    exitCode: exitCodes[verdict],
    reasons: reasons.map(({ findings, ...reason }) => ({
      ...reason,
      findings: findings.map(({ change, detail }) => ({
        ...(change && { stack: change.stack, address: change.address, path: change.path }),
        detail: words(detail),
      })),
    })),
    totals,
    stacks: stacks.map(({ name, groups }) => ({
      name,
      changes: groups.flatMap(({ changes, cause }) =>
        changes.map((change) => ({
          ...changeRecord(change),
          ...(cause && { follows: { stack: cause.stack, address: cause.address } }),
        })),
      ),
    })),
    drift: drift.map(changeRecord),
    cost,
  });
}

function changeRecord({ before: _before, after: _after, holdsData: _holdsData, differences, ...change }: Change) {
  return { ...change, differences: differences.map(differenceRecord) };
}

function differenceRecord(difference: Change["differences"][number]) {
  const shown = (value: Value) => plain(value);
  switch (difference.kind) {
    case "value":
      return { ...difference, before: shown(difference.before), after: shown(difference.after) };
    case "list":
      return { ...difference, added: difference.added.map(shown), removed: difference.removed.map(shown) };
    default:
      return difference;
  }
}

const words = (phrase: Phrase) => phrase.map((word) => (typeof word === "string" ? word : word.quoted)).join("");

/**
 * What GitLab's terraform report holds, which the merge request shows as a line; a replacement is a deletion and a creation
 * there. https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsterraform
 */
export function gitlabReport({ totals }: Pick<Review, "totals">) {
  const { create = 0, update = 0, replace = 0, delete: deleted = 0 } = totals;
  return { create: create + replace, update, delete: deleted + replace };
}

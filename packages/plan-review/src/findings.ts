import { groupBy } from "./group-by";
import type { Phrase } from "./phrase";
import type { Finding, Reason } from "./verdict";

/** A line of what a rule found. */
export interface FindingLine {
  /** `api/orders/role`; undefined when it is about all plans together. */
  readonly where: string | undefined;
  readonly detail: Phrase;
  /** What it sums up; one unless they are created together. */
  readonly findings: readonly Finding[];
}

/**
 * What a rule found, as an operator reads it: resources that are created with one construct, or with a whole new stack,
 * are one line. What stops is never summed up.
 */
export function findingLines({ level, findings }: Pick<Reason, "level" | "findings">): readonly FindingLine[] {
  if (level === "stop") return findings.map(lineOf);
  const groups = groupBy(findings, (finding) => finding.createdWith ?? finding);
  return [...groups].flatMap(([group, together]) =>
    typeof group === "string" && together.length > 1
      ? [{ where: group, detail: [`${together.length} created with it`], findings: together }]
      : together.map(lineOf),
  );
}

/** One finding as a line of its own. */
export const lineOf = (finding: Finding): FindingLine => ({
  where: finding.change && `${finding.change.stack}/${finding.change.path}`,
  detail: finding.detail,
  findings: [finding],
});

import type { PlanSummary } from "@platform/terraform";
import textTable from "text-table";

interface Row extends PlanSummary {
  readonly stack: string;
  readonly replacementNotKnown?: Readonly<Record<string, readonly string[]>>;
}

/** What is not known of replacement, after one line a stack and a total, in columns. */
export function summaryTable(rows: readonly Row[]): string {
  const kinds = ["add", "change", "replace", "destroy"] as const;
  const total = { stack: "total", add: 0, change: 0, replace: 0, destroy: 0 };
  for (const row of rows) for (const kind of kinds) total[kind] += row[kind];
  const lines = [...rows, total].map((row) => [row.stack, ...kinds.map((kind) => `${row[kind]}`)]);
  const table = textTable([["stack", ...kinds], ...lines], { align: ["l", "r", "r", "r", "r"] });
  const unknown = rows.flatMap(({ replacementNotKnown = {} }) => Object.entries(replacementNotKnown));
  const doubts = unknown.map(([address, names]) => `replacement not known: ${address}, for ${names.join(", ")}\n`);
  return `${table}\n${doubts.join("")}`;
}

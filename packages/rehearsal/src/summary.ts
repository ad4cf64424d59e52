import { z } from "zod";

/** How many resources a plan adds, changes, replaces and destroys. */
export interface Summary {
  readonly add: number;
  readonly change: number;
  readonly replace: number;
  readonly destroy: number;
}

const planDocument = z.object({
  resource_changes: z.array(z.object({ change: z.object({ actions: z.array(z.string()) }) })).default([]),
});

/** @param plan a plan in Terraform's JSON form (`terraform show -json`) */
export function summarize(plan: string): Summary {
  const counts = { add: 0, change: 0, replace: 0, destroy: 0 };
  for (const { change } of planDocument.parse(JSON.parse(plan)).resource_changes) {
    const actions = new Set(change.actions);
    if (actions.has("create") && actions.has("delete")) counts.replace++;
    else if (actions.has("create")) counts.add++;
    else if (actions.has("update")) counts.change++;
    else if (actions.has("delete")) counts.destroy++;
  }
  return counts;
}

/** One line a stack and a total, in columns. */
export function summaryTable(rows: readonly (Summary & { readonly stack: string })[]): string {
  const kinds = ["add", "change", "replace", "destroy"] as const;
  const total = { stack: "total", add: 0, change: 0, replace: 0, destroy: 0 };
  for (const row of rows) for (const kind of kinds) total[kind] += row[kind];
  const width = Math.max(...[...rows, total].map(({ stack }) => stack.length));
  const line = (name: string, cells: readonly (string | number)[]) =>
    `${name.padEnd(width)}${cells.map((cell) => String(cell).padStart(9)).join("")}\n`;
  const body = [...rows, total].map((row) =>
    line(
      row.stack,
      kinds.map((kind) => row[kind]),
    ),
  );
  return line("stack", kinds) + body.join("");
}

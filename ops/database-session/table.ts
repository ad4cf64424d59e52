import textTable from "text-table";
import type { Row } from "./ask";

/** Rows under the names of their columns, and how many there are. */
export function tableOf(rows: readonly Row[]): string {
  const [first = {}] = rows;
  const columns = Object.keys(first);
  const cells = rows.map((row) => columns.map((column) => text(row[column])));
  const count = rows.length === 1 ? "1 row" : `${rows.length} rows`;
  return columns.length === 0 ? count : `${textTable([columns, ...cells])}\n${count}`;
}

const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value ?? null));

import type { QueryResultRow } from "pg";
import type { Database, Queries } from "./database";
import type { Tracing } from "./tracing";

/** A database whose statements are spans, where something that is traced asks for them. */
export function tracedDatabase(database: Database, tracing: Tracing): Database {
  const traced = ({ query }: Queries): Queries => ({
    query: <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) =>
      // A worker looks into its outbox every second: that would be a trace each.
      tracing.current() === undefined
        ? query<Row>(text, values)
        : tracing.around(statementSpan(text), () => query<Row>(text, values)),
  });
  return {
    ...traced(database),
    transaction: (work) => database.transaction((queries, client) => work(traced(queries), client)),
    close: database.close,
  };
}

function statementSpan(text: string) {
  const { operation, table } = summaryOf(text);
  const summary = table === undefined ? operation : `${operation} ${table}`;
  return {
    name: summary,
    kind: "CLIENT",
    attributes: {
      "db.system.name": "postgresql",
      "db.operation.name": operation,
      "db.collection.name": table,
      "db.query.summary": summary,
    },
  } as const;
}

/** What a statement does, and to which table first: of one with several parts, the first that changes something. */
function summaryOf(text: string): { readonly operation: string; readonly table?: string | undefined } {
  const change = /\b(?:(INSERT) INTO|(UPDATE)|(DELETE) FROM)\s+(\w+\.\w+)/i.exec(text);
  if (change !== null) {
    const [, insert, update, remove, table] = change;
    return { operation: (insert ?? update ?? remove ?? "").toUpperCase(), table };
  }
  const [, table] = /\bFROM\s+(\w+\.\w+)/i.exec(text) ?? [];
  return table === undefined
    ? { operation: /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? "QUERY" }
    : { operation: "SELECT", table };
}

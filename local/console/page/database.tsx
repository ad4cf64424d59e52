import type { ComponentChildren } from "preact";
import type { DatabaseView } from "../views";
import { useAsked } from "./ask";
import { counted, milliseconds, short } from "./words";

const bytes = (value: number) =>
  value >= 1e9 ? `${short(value / 1e9)} GB` : value >= 1e6 ? `${short(value / 1e6)} MB` : `${short(value / 1e3)} kB`;

/** Size, slowest statements, migrations. */
export function Database() {
  const { answer, error } = useAsked<DatabaseView>("/console/database", 5_000);
  if (answer === undefined) return <p class={error === undefined ? "quiet" : "reason"}>{error ?? "Looking…"}</p>;
  const { tables, statements, migrations } = answer;
  const pending = migrations.filter(({ ranAt }) => ranAt === undefined);
  return (
    <>
      {error !== undefined && <p class="reason">{error}</p>}
      <section aria-labelledby="database-title">
        <h2 id="database-title">Database</h2>
        <p>
          {bytes(answer.bytes)}, {counted(answer.connections, "connection")}
        </p>
      </section>
      <section aria-labelledby="statements-title">
        <h2 id="statements-title">Statements that took the longest in all</h2>
        {statements === undefined ? (
          <p class="quiet">This server does not count them (pg_stat_statements).</p>
        ) : (
          <Table name="statements" heads={["total", "mean", "calls", "rows", "role", "statement"]}>
            {statements.map((statement) => (
              <tr key={`${statement.role} ${statement.text}`}>
                <td>{milliseconds(statement.total)}</td>
                <td>{milliseconds(statement.mean)}</td>
                <td>{statement.calls}</td>
                <td>{statement.rows}</td>
                <td>{statement.role}</td>
                <td class="statement">
                  <details>
                    <summary>{statement.text.replaceAll(/\s+/g, " ").trim().slice(0, 90)}</summary>
                    <pre>{statement.text}</pre>
                  </details>
                </td>
              </tr>
            ))}
          </Table>
        )}
      </section>
      <section aria-labelledby="tables-title">
        <h2 id="tables-title">Largest tables</h2>
        <Table name="tables" heads={["table", "size", "rows, estimated"]}>
          {tables.map(({ name, bytes: size, rows }) => (
            <tr key={name}>
              <td>{name}</td>
              <td>{bytes(size)}</td>
              <td>{rows}</td>
            </tr>
          ))}
        </Table>
      </section>
      <section aria-labelledby="migrations-title">
        <h2 id="migrations-title">Migrations</h2>
        <p class={pending.length > 0 ? "waiting" : "quiet"}>
          {pending.length === 0
            ? "All are applied."
            : `${counted(pending.length, "migration")} pending: the next make up applies them.`}
        </p>
        <Table name="migrations" heads={["migration", "state"]}>
          {migrations.map(({ name, ranAt, missing }) => (
            <tr key={name} data-migration={name}>
              <td>{name}</td>
              <td class={ranAt === undefined || missing ? "waiting" : ""}>
                {ranAt === undefined ? "pending" : `applied ${new Date(ranAt).toLocaleString()}`}
                {missing && ", and not in the source"}
              </td>
            </tr>
          ))}
        </Table>
      </section>
    </>
  );
}

interface TableProps {
  readonly name: string;
  readonly heads: readonly string[];
  readonly children: ComponentChildren;
}

const Table = ({ name, heads, children }: TableProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
  <section class="wide" tabIndex={0} aria-label={`table of ${name}`}>
    <table>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </section>
);

import { useEffect, useState } from "preact/hooks";
import type { Followed } from "../follow";
import type { Span } from "../spans";
import { Log } from "./log";
import { linkTo } from "./route";
import { clock, milliseconds } from "./words";

/** States of a job after which nothing more becomes of it. */
const settled: ReadonlySet<string> = new Set(["processed", "given up"]);

/** One request on its way through router, service, queue and worker. */
export function Follow({ id }: { readonly id: string }) {
  const [followed, setFollowed] = useState<Followed>();
  useEffect(() => {
    setFollowed(undefined);
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const answer = await fetch(`/console/requests/${encodeURIComponent(id)}`).catch(() => undefined);
      const next: Followed | undefined = answer?.ok ? await answer.json() : undefined;
      if (over) return;
      if (next !== undefined) setFollowed(next);
      const isOver = next !== undefined && next.spans.length > 0 && next.jobs.every(({ state }) => settled.has(state));
      if (!isOver) timer = setTimeout(ask, 1_000);
    };
    void ask();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [id]);
  return (
    <>
      <section aria-labelledby="follow-title">
        <h2 id="follow-title">One request</h2>
        <p>
          <a href={linkTo("requests")}>all requests</a>
        </p>
        <p class="id">{followed?.requestId ?? id}</p>
        {followed !== undefined && followed.spans.length === 0 && (
          <p>Nothing is known of it: it is not here yet, or too long ago.</p>
        )}
        {followed !== undefined && <Way followed={followed} />}
      </section>
      {followed !== undefined && followed.lines.length > 0 && (
        <Log title="Its lines" name={id} lines={followed.lines} hasLogs />
      )}
    </>
  );
}

function Way({ followed: { spans, jobs } }: { readonly followed: Followed }) {
  const start = Math.min(...spans.map((span) => span.start));
  const whole = Math.max(1, ...spans.map((span) => span.end - start));
  return (
    <>
      <ol class="way">
        {spans.map((span) => (
          <Step key={`${span.service} ${span.name} ${span.start}`} span={span} start={start} whole={whole} />
        ))}
      </ol>
      {jobs.map(({ id, state }) => (
        <p key={id}>
          job <span class="id">{id}</span> is <b class={state === "given up" ? "down" : ""}>{state}</b>
        </p>
      ))}
    </>
  );
}

interface StepProps {
  readonly span: Span;
  /** Of the whole way, milliseconds since the epoch, and its length. */
  readonly start: number;
  readonly whole: number;
}

function Step({ span, start, whole }: StepProps) {
  const { name, service, kind, error, attributes } = span;
  const left = ((span.start - start) / whole) * 100;
  const width = ((span.end - span.start) / whole) * 100;
  const status = attributes["http.response.status_code"];
  return (
    <li class={error === undefined ? "" : "failed"} data-kind={kind} data-service={service}>
      <div class="row">
        <b>{service}</b> <span>{name}</span>
        {status !== undefined && status !== 0 && <span>{status}</span>}
        <span class="quiet times">
          {clock(span.start)}, after {milliseconds(span.start - start)}
          {span.end > span.start && `, took ${milliseconds(span.end - span.start)}`}
        </span>
      </div>
      <div class="bar" aria-hidden="true">
        <div class="took" style={{ left: `${Math.min(left, 99.5)}%`, width: `${Math.max(width, 0.5)}%` }} />
      </div>
      {error && (
        <>
          <p class="reason">{error.message}</p>
          {error.stack !== undefined && (
            <details>
              <summary>stack</summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
              <pre tabIndex={0}>{error.stack}</pre>
            </details>
          )}
        </>
      )}
    </li>
  );
}

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { RecentLine } from "../../recent-lines";
import { inWords, readLine, wanted } from "./log-line";
import { linkTo } from "./route";
import { counted } from "./words";

export interface LogProps {
  readonly title: string;
  readonly name: string;
  readonly lines: readonly RecentLine[];
  readonly hasLogs: boolean;
}

/** Pixels of a line, as page.css has it; lines above and below what is seen. */
const lineHeight = 22;
const around = 10;

/**
 * A log, live, with a filter. Only the lines that are seen are in the document, so ten thousand are no slower than forty.
 * It is a listbox: the arrow keys go from line to line, and the chosen one is shown whole beneath.
 */
export function Log({ title, name, lines, hasLogs }: LogProps) {
  const [filter, setFilter] = useState("");
  const [least, setLeast] = useState("");
  const [chosen, setChosen] = useState<number>();
  const [paused, setPaused] = useState<readonly RecentLine[]>();
  const shown = paused ?? lines;
  const found = useMemo(() => {
    const words = filter
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    return shown.filter((line) => wanted(line, words, least));
  }, [shown, filter, least]);
  useEffect(() => {
    setChosen(undefined);
    setPaused(undefined);
  }, [name]);
  if (!hasLogs) return <p class="quiet">The logs are where this platform was started: docker compose logs.</p>;
  return (
    <section aria-labelledby="log-title">
      <div class="row tools">
        <h2 id="log-title">{title}</h2>
        <label>
          <span>filter</span>
          <input type="search" value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
        </label>
        <label>
          <span>least level</span>
          <select value={least} onChange={(event) => setLeast(event.currentTarget.value)}>
            <option value="">all</option>
            <option value="info">info</option>
            <option value="warn">warn</option>
            <option value="error">error</option>
          </select>
        </label>
        <button type="button" aria-pressed={paused !== undefined} onClick={() => setPaused(paused ? undefined : lines)}>
          {paused ? "go on" : "pause"}
        </button>
        <span class="quiet" data-count={found.length}>
          {counted(found.length, "line")}
          {found.length !== shown.length && ` of ${shown.length}`}
        </span>
      </div>
      <Lines lines={found} chosen={chosen} choose={setChosen} />
      <Chosen line={found.find(({ number }) => number === chosen)} />
    </section>
  );
}

interface LinesProps {
  readonly lines: readonly RecentLine[];
  readonly chosen: number | undefined;
  readonly choose: (number: number) => void;
}

function Lines({ lines, chosen, choose }: LinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(440);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    setHeight(element.clientHeight);
    // Whoever reads at the end goes on reading at the end.
    if (atEnd.current) element.scrollTop = element.scrollHeight;
  }, [lines]);
  const scrolled = (element: HTMLElement) => {
    atEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - lineHeight;
    setTop(element.scrollTop);
  };
  const first = Math.max(0, Math.floor(top / lineHeight) - around);
  const last = Math.min(lines.length, Math.ceil((top + height) / lineHeight) + around);
  const index = lines.findIndex(({ number }) => number === chosen);
  const move = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 15,
      PageUp: -15,
      Home: -lines.length,
      End: lines.length,
    };
    const step = steps[event.key];
    if (step === undefined || lines.length === 0 || box.current === null) return;
    event.preventDefault();
    const from = index === -1 ? (step > 0 ? first - 1 : lines.length) : index;
    const to = Math.min(lines.length - 1, Math.max(0, from + step));
    const line = lines[to];
    if (line !== undefined) choose(line.number);
    const element = box.current;
    const y = to * lineHeight;
    if (y < element.scrollTop) element.scrollTop = y;
    else if (y + lineHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = y + lineHeight - element.clientHeight;
  };
  const isSeen = index >= first && index < last;
  return (
    <div
      class="log"
      role="listbox"
      aria-label="lines, the latest last"
      tabIndex={0}
      aria-activedescendant={isSeen ? `line-${chosen}` : undefined}
      ref={box}
      onScroll={(event) => scrolled(event.currentTarget)}
      onKeyDown={move}
    >
      <div class="lines" role="presentation" style={{ height: `${lines.length * lineHeight}px` }}>
        {lines.slice(first, last).map((line, offset) => (
          <Line
            key={line.number}
            line={line}
            y={(first + offset) * lineHeight}
            isChosen={line.number === chosen}
            choose={choose}
          />
        ))}
      </div>
    </div>
  );
}

interface LineProps {
  readonly line: RecentLine;
  readonly y: number;
  readonly isChosen: boolean;
  readonly choose: (number: number) => void;
}

function Line({ line, y, isChosen, choose }: LineProps) {
  const { time, level, message, fields } = useMemo(() => readLine(line), [line]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox has the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the listbox has the focus
    <div
      id={`line-${line.number}`}
      class={`line-row level-${level}`}
      role="option"
      aria-selected={isChosen}
      style={{ top: `${y}px` }}
      onClick={() => choose(line.number)}
    >
      <span class="time">{time}</span> <span class="program">{line.name}</span> {level !== "" && <b>{level}</b>}{" "}
      {message}
      {Object.entries(fields).map(([key, value]) => (
        <span key={key}>
          {" "}
          <i>{key}=</i>
          {inWords(value)}
        </span>
      ))}
    </div>
  );
}

/** A line whole. */
function Chosen({ line }: { readonly line: RecentLine | undefined }) {
  if (line === undefined) return null;
  const { fields, message, level, time } = readLine(line);
  return (
    <section aria-label="the chosen line" class="chosen">
      <p>
        {time} {line.name} {level} {message}
      </p>
      {typeof fields.requestId === "string" && (
        <p>
          <a href={linkTo("requests", fields.requestId)}>follow this request</a>
        </p>
      )}
      <dl>
        {Object.entries(fields).map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{inWords(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

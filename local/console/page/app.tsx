import { useEffect, useRef } from "preact/hooks";
import type { ConsoleState } from "../state";
import { Database } from "./database";
import { useEvents } from "./events";
import { Follow } from "./follow";
import { Log } from "./log";
import { Queues } from "./queues";
import { Requests } from "./requests";
import { linkTo, useRoute } from "./route";
import { Service } from "./service";
import { Services } from "./services";
import { duration } from "./words";

const views = [
  ["services", "Services"],
  ["requests", "Requests"],
  ["queues", "Queues"],
  ["database", "Database"],
  ["logs", "Logs"],
] as const;

export function App() {
  const [view = "services", name] = useRoute();
  const log = view === "logs" ? "all" : view === "services" ? name : undefined;
  const events = useEvents(log);
  const { state, connected } = events;
  const main = useRef<HTMLElement>(null);
  const shown = [view, name].join("/");
  const before = useRef(shown);
  // Whoever hears the page, or moves by keys, goes on where the new view begins.
  useEffect(() => {
    if (before.current !== shown) main.current?.focus();
    before.current = shown;
  }, [shown]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        To the content
      </button>
      <header>
        <h1>
          <a href={linkTo("services")}>Platform</a>
        </h1>
        <Summary state={state} connected={connected} />
        <nav aria-label="Views">
          {views.map(([id, title]) => (
            <a key={id} href={linkTo(id)} aria-current={id === view ? "page" : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main id="main" tabIndex={-1} ref={main}>
        {state && <View view={view} name={name} state={state} events={events} />}
      </main>
    </>
  );
}

interface ViewProps {
  readonly view: string;
  readonly name: string | undefined;
  readonly state: ConsoleState;
  readonly events: ReturnType<typeof useEvents>;
}

function View({ view, name, state, events }: ViewProps) {
  if (view === "logs") return <Log title="All logs" name="all" lines={events.lines} hasLogs={state.hasLogs} />;
  if (view === "queues") return <Queues state={state} />;
  if (view === "database") return <Database />;
  if (view === "requests") return name === undefined ? <Requests /> : <Follow id={name} />;
  if (view !== "services") return <p>There is no such view.</p>;
  if (name === undefined) return <Services state={state} />;
  const service = state.services.find((one) => one.name === name);
  if (service === undefined) return <p>There is no service of this name.</p>;
  return (
    <>
      <Service service={service} at={state.at} />
      <Log title="Log" name={name} lines={events.lines} hasLogs={state.hasLogs} />
    </>
  );
}

function Summary({ state, connected }: { readonly state: ConsoleState | undefined; readonly connected: boolean }) {
  const down = state?.services.filter(({ healthy }) => !healthy).map(({ name }) => name) ?? [];
  const text = !connected
    ? "The router does not answer: make up"
    : state === undefined
      ? "Looking…"
      : down.length === 0
        ? "Everything is up"
        : `${down.join(", ")} ${down.length === 1 ? "is" : "are"} not up`;
  const tone = state === undefined && connected ? "" : connected && down.length === 0 ? "up" : "down";
  return (
    <>
      <p id="summary" role="status" class={tone}>
        {text}
      </p>
      {state?.since !== undefined && <p class="quiet uptime">running for {duration(state.at - state.since)}</p>}
    </>
  );
}

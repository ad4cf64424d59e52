import { useState } from "preact/hooks";
import type { DeadLetter } from "../../../contracts/dead-letters";
import type { ConsoleState } from "../state";
import type { QueuesView } from "../views";
import { act, useAsked } from "./ask";
import { linkTo } from "./route";
import { counted, duration, short } from "./words";

/** Queues, workers, and what no worker could finish. */
export function Queues({ state }: { readonly state: ConsoleState }) {
  const { answer, error, again } = useAsked<QueuesView>("/console/queues", 2_000);
  const [fault, setFault] = useState<string>();
  const change = async (path: string, body: object) => {
    setFault(await act(path, body));
    again();
  };
  const workers = state.services.filter(({ kind }) => kind === "worker");
  return (
    <>
      <p role="alert" class="reason">
        {fault ?? error}
      </p>
      <section aria-labelledby="queues-title">
        <h2 id="queues-title">Queues</h2>
        {answer?.queues.length === 0 && <p class="quiet">No queue yet.</p>}
        <ul class="cards">
          {answer?.queues.map((queue) => (
            <li key={`${queue.product} ${queue.name}`} data-queue={queue.name}>
              <h3>{queue.name}</h3>
              <p class="quiet">of {queue.product}</p>
              {queue.counts === undefined ? (
                <p class="reason">Redis does not answer</p>
              ) : (
                <dl class="figures">
                  {Object.entries(queue.counts).map(([name, count]) => (
                    <Figure key={name} name={name} value={String(count)} />
                  ))}
                  <Figure name="processed/s" value={short(queue.perSecond)} />
                  <Figure name="oldest waits" value={queue.oldest === undefined ? "–" : duration(queue.oldest)} />
                </dl>
              )}
            </li>
          ))}
        </ul>
      </section>
      {workers.length > 0 && (
        <section aria-labelledby="workers-title">
          <h2 id="workers-title">Workers</h2>
          {workers.map(({ name, processes }) => (
            <p key={name}>
              <a href={linkTo("services", name)}>{name}</a>: {processes?.running} of {processes?.wanted} processes
            </p>
          ))}
          <Scale
            now={workers[0]?.processes?.wanted ?? 0}
            scale={(count) => change("/console/scale", { workers: count })}
          />
        </section>
      )}
      {answer?.deadLetters !== undefined && (
        <DeadLetters letters={answer.deadLetters} replay={(ids) => change("/console/replay", { ids })} />
      )}
    </>
  );
}

const Figure = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd data-figure={name}>{value}</dd>
  </div>
);

function Scale({ now, scale }: { readonly now: number; readonly scale: (count: number) => void }) {
  const [count, setCount] = useState(String(now));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        scale(Number(count));
      }}
    >
      <label>
        <span>processes of each worker</span>
        <input
          type="number"
          min="0"
          max="64"
          required
          value={count}
          onInput={(event) => setCount(event.currentTarget.value)}
        />
      </label>{" "}
      <button type="submit">scale</button>
    </form>
  );
}

interface DeadLettersProps {
  readonly letters: readonly DeadLetter[];
  readonly replay: (ids: readonly number[] | "all") => void;
}

function DeadLetters({ letters, replay }: DeadLettersProps) {
  return (
    <section aria-labelledby="letters-title">
      <div class="row tools">
        <h2 id="letters-title">Dead letters</h2>
        {letters.length > 0 && (
          <button type="button" onClick={() => replay("all")}>
            replay all
          </button>
        )}
      </div>
      {letters.length === 0 ? (
        <p class="quiet">None: each job was finished.</p>
      ) : (
        <ul class="letters">
          {letters.map((letter) => (
            <li key={letter.id} data-letter={letter.id}>
              <div class="row">
                <span class="id">{letter.jobId}</span>
                <span class="quiet">
                  {new Date(letter.failedAt).toLocaleString()}, {counted(letter.attempts, "attempt")}
                </span>
                <button type="button" aria-label={`replay ${letter.id}`} onClick={() => replay([letter.id])}>
                  replay
                </button>
              </div>
              <p class="reason">{letter.reason}</p>
              <p class="id quiet">{letter.payload}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

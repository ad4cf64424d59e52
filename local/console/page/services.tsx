import type { ConsoleService, ConsoleState } from "../state";
import { Chart } from "./chart";
import { linkTo } from "./route";
import { counted, duration, milliseconds, short } from "./words";

export function Services({ state }: { readonly state: ConsoleState }) {
  const own = state.services.filter(({ kind }) => kind !== "dependency");
  const dependencies = state.services.filter(({ kind }) => kind === "dependency");
  return (
    <>
      <section aria-labelledby="services-title">
        <h2 id="services-title">Services</h2>
        <ul class="cards">
          {own.map((service) => (
            <Card key={service.name} service={service} at={state.at} />
          ))}
        </ul>
      </section>
      {dependencies.length > 0 && (
        <section aria-labelledby="dependencies-title">
          <h2 id="dependencies-title">Dependencies</h2>
          <ul class="chips">
            {dependencies.map((service) => (
              <li key={service.name} data-service={service.name}>
                <a href={linkTo("services", service.name)}>{service.name}</a>
                <Badge service={service} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Card({ service, at }: { readonly service: ConsoleService; readonly at: number }) {
  const { name, description, traffic } = service;
  return (
    <li data-service={name}>
      <div class="row">
        <h3>
          <a href={linkTo("services", name)}>{name}</a>
        </h3>
        <Badge service={service} />
      </div>
      <p class="quiet">{description}</p>
      {traffic && (
        <>
          <Figures service={service} />
          <Chart
            small
            title="requests"
            unit="a second"
            lines={[{ name: "requests", values: traffic.lines.perSecond }]}
          />
        </>
      )}
      <Facts service={service} at={at} />
      <Reasons service={service} />
      <p class="row">
        <a href={linkTo("services", name)}>log</a>
        {service.path !== undefined && <Reference service={service} />}
      </p>
    </li>
  );
}

const waiting: ReadonlySet<string> = new Set(["starting", "waiting", "stopping"]);

export function Badge({ service: { healthy, state } }: { readonly service: ConsoleService }) {
  const tone = healthy ? "up" : waiting.has(state) ? "waiting" : "down";
  return <span class={`state ${tone}`}>{state}</span>;
}

/** Requests a second, percentiles and errors of the last minute. */
export function Figures({ service: { traffic } }: { readonly service: ConsoleService }) {
  if (traffic === undefined) return null;
  const { perSecond, p50, p95, errors } = traffic;
  return (
    <dl class="figures" aria-label="the last minute">
      <div>
        <dt>requests/s</dt>
        <dd data-figure="rate">{short(perSecond)}</dd>
      </div>
      <div>
        <dt>p50</dt>
        <dd data-figure="p50">{milliseconds(p50)}</dd>
      </div>
      <div>
        <dt>p95</dt>
        <dd data-figure="p95">{milliseconds(p95)}</dd>
      </div>
      <div class={errors > 0 ? "down" : ""}>
        <dt>errors</dt>
        <dd data-figure="errors">{errors}</dd>
      </div>
    </dl>
  );
}

export function Facts({ service, at }: { readonly service: ConsoleService; readonly at: number }) {
  const { processes, since, version, restarts } = service;
  const facts = [
    processes && `${processes.running} of ${processes.wanted} processes`,
    since !== undefined && `up ${duration(at - since)}`,
    version !== undefined && `build ${version}`,
    restarts > 0 && counted(restarts, "restart"),
  ].filter((fact) => typeof fact === "string");
  return facts.length > 0 ? <p class="quiet">{facts.join(" · ")}</p> : null;
}

export function Reasons({ service: { reason, slow, fault } }: { readonly service: ConsoleService }) {
  return (
    <>
      {slow !== undefined && <p class="reason">{slow}</p>}
      {fault !== undefined && (
        <div class="reason">
          <p>The change does not build; the code before it runs on:</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
          <pre tabIndex={0}>{fault}</pre>
        </div>
      )}
      {reason !== undefined && <p class="reason">last exit: {reason}</p>}
    </>
  );
}

export function Reference({ service: { name } }: { readonly service: ConsoleService }) {
  return <a href={`/console/reference/${encodeURIComponent(name)}`}>API reference</a>;
}

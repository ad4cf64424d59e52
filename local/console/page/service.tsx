import type { ConsoleService } from "../state";
import { Chart } from "./chart";
import { Badge, Facts, Figures, Reasons, Reference } from "./services";
import { clock } from "./words";

/** One service: what it is, its lines over the last minutes, and how its processes ended. */
export function Service({ service, at }: { readonly service: ConsoleService; readonly at: number }) {
  const { name, description, traffic, exits = [], path } = service;
  return (
    <section aria-labelledby="service-title" data-service={name}>
      <div class="row">
        <h2 id="service-title">{name}</h2>
        <Badge service={service} />
      </div>
      <p class="quiet">{description}</p>
      <Facts service={service} at={at} />
      <Reasons service={service} />
      {path !== undefined && (
        <p>
          <Reference service={service} />
        </p>
      )}
      {traffic && (
        <>
          <Figures service={service} />
          <div class="charts">
            <Chart title="requests" unit="a second" lines={[{ name: "requests", values: traffic.lines.perSecond }]} />
            <Chart
              title="answered in"
              unit="ms"
              lines={[
                { name: "p50", values: traffic.lines.p50 },
                { name: "p95", values: traffic.lines.p95 },
              ]}
            />
            <Chart title="errors" unit="in 5 s" lines={[{ name: "errors", values: traffic.lines.errors }]} />
          </div>
        </>
      )}
      {exits.length > 0 && (
        <>
          <h3>Ends that nobody asked for</h3>
          <ul class="exits">
            {exits.map((exit) => (
              <li key={`${exit.process} ${exit.at}`}>
                <time>{clock(exit.at)}</time> {exit.process}: <span class="reason">{exit.reason}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

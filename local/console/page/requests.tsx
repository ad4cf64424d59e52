import { useState } from "preact/hooks";
import type { RequestRecord } from "../traffic";
import { useAsked } from "./ask";
import { linkTo } from "./route";
import { clock, milliseconds } from "./words";

/** The latest requests, and a way to one by its id. */
export function Requests() {
  const { answer: requests = [] } = useAsked<readonly RequestRecord[]>("/console/requests", 2_000);
  const [filter, setFilter] = useState("");
  const words = filter.toLowerCase().split(/\s+/);
  const shown = requests.filter(({ service, method, path, status, id }) => {
    const text = `${service} ${method} ${path} ${status} ${id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <section aria-labelledby="requests-title">
      <div class="row tools">
        <h2 id="requests-title">Requests</h2>
        <FollowForm />
        <label>
          <span>filter</span>
          <input type="search" value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
        </label>
      </div>
      {shown.length === 0 ? (
        <p class="quiet">{requests.length === 0 ? "No request yet." : "None of the latest fits the filter."}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        <section class="wide" tabIndex={0} aria-label="the latest requests">
          <table>
            <thead>
              <tr>
                <th scope="col">at</th>
                <th scope="col">answer</th>
                <th scope="col">service</th>
                <th scope="col">request</th>
                <th scope="col">took</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((request) => (
                <tr key={`${request.id} ${request.at}`}>
                  <td>{clock(request.at)}</td>
                  <td class={request.status >= 500 || request.status === 0 ? "down" : ""}>
                    {request.status === 0 ? "left" : request.status}
                  </td>
                  <td>{request.service}</td>
                  <td>
                    <a href={linkTo("requests", request.id)}>
                      {request.method} {request.path}
                    </a>
                  </td>
                  <td>{milliseconds(request.milliseconds)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function FollowForm() {
  const [id, setId] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (id.trim() !== "") location.hash = linkTo("requests", id.trim());
      }}
    >
      <label>
        <span>id of a request or a job</span>
        <input value={id} onInput={(event) => setId(event.currentTarget.value)} />
      </label>{" "}
      <button type="submit">follow</button>
    </form>
  );
}

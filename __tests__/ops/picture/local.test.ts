import { localPlatform } from "../../../ops/picture/local";
import { offers, table, titles, ways } from "./drawing";

test("the router leads to every HTTP service by its path", () => {
  const scene = localPlatform(table);
  const routed = scene.edges.filter(({ from }) => from === "router").map(({ to, label }) => `${label} ${to}`);
  expect(routed).toEqual(
    table.flatMap((service) => (service.kind === "http" ? `${service.path} ${service.name}` : [])),
  );
});

test("a worker takes from the queue, and a service puts into it", () => {
  expect(ways(localPlatform(table))).toEqual(
    expect.arrayContaining(["transactions > Redis", "Redis > loyalty", "loyalty > PostgreSQL"]),
  );
});

test("only what some service uses is there", () => {
  expect(titles(localPlatform([offers]))).toEqual(["You", "Router", "offers", "PostgreSQL"]);
});

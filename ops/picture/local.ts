import type { Edge, Node, Scene } from "@platform/architecture";
import { dependencyNames } from "../../config/dependency";
import type { Service } from "../../config/service";
import { dependencyPictures } from "../../dependencies/picture";

/** The platform as `make up` runs it: one process each, nothing outside the machine. */
export function localPlatform(services: readonly Service[]): Scene {
  const used = new Set(services.flatMap(({ uses }) => uses));
  const nodes: Node[] = [
    { id: "users", icon: "users", title: "You", detail: "browser, curl" },
    { id: "router", icon: "router", title: "Router", detail: "localhost:8080", parent: "machine" },
    ...services.map(
      ({ name, kind }): Node => ({
        id: name,
        icon: kind === "http" ? "service" : "worker",
        title: name,
        detail: details[kind],
        grows: true,
        parent: "machine",
      }),
    ),
    ...dependencyNames.flatMap((use) => {
      const node = dependencyPictures[use];
      return node !== undefined && used.has(use) ? { ...node, parent: "machine" } : [];
    }),
  ];
  return {
    title: "The platform on one machine",
    nodes,
    boxes: [{ id: "machine", title: "One machine: make up", style: "machine" }],
    edges: [{ from: "users", to: "router", flow: "request" }, ...services.flatMap(edgesOf)],
  };
}

const details = { http: "HTTP service", worker: "workers", events: "looks for work" } as const;

function edgesOf(service: Service): readonly Edge[] {
  const { name, uses } = service;
  const needs = uses.flatMap((use): readonly Edge[] => {
    const to = dependencyPictures[use]?.id;
    if (to === undefined) return [];
    // A worker waits for what others put into the queue.
    if (use === "queue" && service.kind === "worker") return [{ from: to, to: name, flow: "event" }];
    return [{ from: name, to, flow: "connection" }];
  });
  if (service.kind !== "http") return needs;
  return [{ from: "router", to: name, flow: "request", label: service.path }, ...needs];
}

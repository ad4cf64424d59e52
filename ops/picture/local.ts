import type { DependencyName } from "../../config/dependency";
import type { Service } from "../../config/service";
import type { Edge, Node, Scene } from "../../packages/architecture/src/scene";

/** What a dependency is on a developer's machine; a secret is a file, which nobody connects to. */
const dependencies: Readonly<Record<DependencyName, Omit<Node, "parent"> | undefined>> = {
  database: { id: "postgres", icon: "postgres", title: "PostgreSQL", detail: "the real one" },
  queue: { id: "redis", icon: "redis", title: "Redis", detail: "queues, rate limits" },
  imports: { id: "s3", icon: "files", title: "S3 stand-in", detail: "in a folder" },
  internet: { id: "resolver", icon: "resolver", title: "Resolver stand-in", detail: "DNS over HTTPS" },
  jwt: undefined,
};

/** The platform as `make up` runs it: one process each, nothing outside the machine. */
export function localPlatform(services: readonly Service[]): Scene {
  const here = services.filter(({ platforms }) => platforms.includes("local"));
  const used = new Set(here.flatMap(({ uses }) => uses));
  const nodes: Node[] = [
    { id: "users", icon: "users", title: "You", detail: "browser, curl" },
    { id: "router", icon: "router", title: "Router", detail: "localhost:8080", parent: "machine" },
    ...here.map(
      ({ name, kind }): Node => ({
        id: name,
        icon: kind === "http" ? "service" : "worker",
        title: name,
        detail: kind === "http" ? "HTTP service" : "workers",
        parent: "machine",
      }),
    ),
    ...Object.entries(dependencies).flatMap(([use, node]) =>
      node !== undefined && [...used].some((one) => one === use) ? { ...node, parent: "machine" } : [],
    ),
  ];
  return {
    title: "The platform on one machine",
    nodes,
    boxes: [{ id: "machine", title: "One machine: make up", style: "machine" }],
    edges: [{ from: "users", to: "router", flow: "request" }, ...here.flatMap(edgesOf)],
  };
}

function edgesOf(service: Service): readonly Edge[] {
  const { name, uses } = service;
  const needs = uses.flatMap((use): readonly Edge[] => {
    const to = dependencies[use]?.id;
    if (to === undefined) return [];
    // A worker waits for what others put into the queue.
    if (use === "queue" && service.kind === "worker") return [{ from: to, to: name, flow: "event" }];
    return [{ from: name, to, flow: "connection" }];
  });
  if (service.kind === "worker") return needs;
  return [{ from: "router", to: name, flow: "request", label: service.path }, ...needs];
}

import { Agent } from "undici";

/** How undici reaches a service. */
export interface Reach {
  readonly origin: string;
  readonly agent: Agent;
}

/** Finds how to reach the service at a URL (routes.ts), each with an agent of its own that keeps its connections open. */
export function createReach(options: Agent.Options & { readonly connect: { readonly timeout: number } }) {
  const known = new Map<string, Reach>();
  return (url: string): Reach => {
    const before = known.get(url);
    if (before !== undefined) return before;
    const [, socketPath] = /^unix:(.+)$/.exec(url) ?? [];
    const reach =
      socketPath === undefined
        ? { origin: url, agent: new Agent(options) }
        : { origin: "http://localhost", agent: new Agent({ ...options, connect: { ...options.connect, socketPath } }) };
    known.set(url, reach);
    return reach;
  };
}

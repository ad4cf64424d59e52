import { connect, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { AttackTable, Target } from "../attack";
import { megabytes } from "../memory";

/** Clients that send something and never read on, or never send on. */
async function crowd({ url }: Target, count: number, sent: string): Promise<readonly Socket[]> {
  const { hostname, port } = new URL(url);
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(Number(port), hostname).on("error", () => {});
      socket.pause().write(sent);
      return socket;
    }),
  );
}

/** What others get meanwhile: milliseconds of the slowest in a hundred, one request after the other. */
async function slowest({ url }: Target, milliseconds: number): Promise<number> {
  const taken: number[] = [];
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    const began = performance.now();
    const answer = await fetch(`${url}/authentication/health`);
    await answer.text();
    taken.push(answer.ok ? performance.now() - began : Number.POSITIVE_INFINITY);
    await setTimeout(5);
  }
  taken.sort((one, other) => one - other);
  return taken[Math.floor(taken.length * 0.99)] ?? Number.POSITIVE_INFINITY;
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** The script of the API reference: the largest thing that anybody is answered. */
const script = "/console/reference/files/swagger-ui-bundle.js";

const crowds: readonly { readonly name: string; readonly sent: (target: Target) => Promise<string> }[] = [
  ...[8, 30].map((count) => ({
    name: `200 that read nothing of ${count} large answers`,
    sent: async () => get(script).repeat(count),
  })),
  {
    name: "200 that send a head without its end",
    sent: async () => "GET /authentication/health HTTP/1.1\r\nHost: localhost\r\nX: ",
  },
  {
    name: "200 that send the beginning of a body",
    sent: async () =>
      'POST /authentication/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10000\r\n\r\n{"username":"',
  },
];

export interface SlowOptions {
  /** Milliseconds that others are measured for, with and without the crowd. */
  readonly milliseconds: number;
}

/**
 * Slow clients: the router stays under 200 MB, and 99 of 100 others are answered within 100 ms more than without them, which on
 * a machine with nothing else to do is next to nothing.
 */
export const slowClients = ({ milliseconds }: SlowOptions): AttackTable => ({
  name: "slow clients",
  source: "Slowloris, R-U-Dead-Yet and slow read; CWE-400; OWASP API4:2023",
  attacks: crowds.map(({ name, sent }) => ({
    name,
    async try(target) {
      const router = await target.pidOf("router");
      const bytes = await sent(target);
      const alone = await slowest(target, milliseconds);
      const sockets = await crowd(target, 200, bytes);
      const worst = await slowest(target, milliseconds);
      const memory = megabytes(router, "now");
      for (const socket of sockets) socket.destroy();
      const faults = [
        memory > 200 && `the router has ${memory.toFixed(0)} MB, expected 200 at most`,
        worst > alone + 100 && `others waited ${worst.toFixed(0)} ms, and ${alone.toFixed(0)} ms without them`,
      ].filter(Boolean);
      return faults.length === 0 ? undefined : faults.join("; ");
    },
  })),
});

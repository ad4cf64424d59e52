import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { execa } from "execa";

/** What a command line did: how it ended, what it said, and how often something was dialled. */
export interface Watched {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly connections: number;
}

/** Stands for all that is not this machine: whatever is dialled reaches it, and is counted. */
export interface Outside {
  /** The address that a program may name by itself. */
  readonly port: number;
  /** Runs the command-line program of this package. */
  rehearsal(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Watched>;
  close(): void;
}

/**
 * Counts on any system, without rights: Terraform is a program in Go, which sends what it asks of other machines to the
 * proxy of its environment, so a `terraform` before the real one in the PATH sets it after the rehearsal has taken it out;
 * and sockets of the rehearsal's own process are counted before they connect.
 */
export async function startOutside(folder: string): Promise<Outside> {
  let connections = 0;
  let running: { kill(signal: "SIGTERM"): unknown } | undefined;
  const server = createServer((socket) => {
    connections++;
    // Who is refused tries again for minutes: one connection is enough to know.
    running?.kill("SIGTERM");
    socket.on("error", () => {});
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  const path = process.env.PATH ?? "";
  const proxies = ["HTTP_PROXY", "HTTPS_PROXY"].map((name) => `export ${name}=http://127.0.0.1:${port}\n`).join("");
  const terraform = `#!/bin/sh\nPATH='${path}'\n${proxies}exec terraform "$@"\n`;
  writeFileSync(join(bin, "terraform"), terraform, { mode: 0o755 });
  const hook = join(folder, "count-sockets.mjs");
  writeFileSync(hook, socketCounter(port));
  return {
    port,
    rehearsal: async (args, env = {}) => {
      connections = 0;
      const program = ["--import", hook, "ops/run.mjs", "packages/rehearsal/src/cli.ts", ...args];
      const child = execa(process.execPath, program, {
        env: { ...env, PATH: `${bin}${delimiter}${path}` },
        reject: false,
      });
      running = child;
      const { exitCode, stdout, stderr } = await child;
      return { exitCode, stdout, stderr, connections };
    },
    close: () => server.close(),
  };
}

/** Leads every socket that would leave this machine to the one that counts. */
const socketCounter = (port: number) => `
import net from "node:net";
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const [to] = Array.isArray(args[0]) ? args[0] : args;
  const own = to?.path !== undefined || /^(127\\.0\\.0\\.1|localhost|::1)$/.test(to?.host ?? "localhost");
  return own ? connect.apply(this, args) : connect.call(this, ${port}, "127.0.0.1");
};
`;

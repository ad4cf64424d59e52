import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface ConnectionLimits {
  /**
   * Bytes a second that a client must take of its answer, or send of its request.
   * @default 500, as Apache's mod_reqtimeout (https://httpd.apache.org/docs/2.4/mod/mod_reqtimeout.html)
   */
  readonly minimumRate?: number;
  /** Milliseconds below that rate, all in all, after which a connection is cut off. @default 20000 */
  readonly patience?: number;
  /** Milliseconds between looks. @default 1000 */
  readonly interval?: number;
  /** Requests that one connection may send before the first is answered; each costs some 10 KB. @default 8 */
  readonly pipelined?: number;
}

interface Connection {
  /** Requests that are not answered to the end, oldest first. */
  readonly open: Map<ServerResponse, IncomingMessage>;
  /** Bytes that had passed at the last look. */
  passed: number;
  /** Milliseconds that it was too slow. */
  slow: number;
}

/**
 * What each client's connection may cost. Answers to pipelined requests would all be kept until the first is read, so one
 * request of a connection is worked on at a time; and whoever reads or writes too slowly is cut off.
 */
export class Connections {
  readonly #connections = new Map<Socket, Connection>();
  readonly #limits: Required<ConnectionLimits>;

  constructor(server: Server, limits: ConnectionLimits = {}) {
    this.#limits = { minimumRate: 500, patience: 20_000, interval: 1_000, pipelined: 8, ...limits };
    server.on("connection", (socket: Socket) => {
      this.#connections.set(socket, { open: new Map(), passed: 0, slow: 0 });
      socket.once("close", () => this.#connections.delete(socket));
    });
    const look = setInterval(() => this.#cutOffSlow(), this.#limits.interval).unref();
    server.once("close", () => clearInterval(look));
  }

  /** Calls `answer` when the requests before this one on its connection are answered. */
  inTurn(request: IncomingMessage, response: ServerResponse, answer: () => void): void {
    const { socket } = request;
    const open = this.#connections.get(socket)?.open;
    if (open === undefined) return;
    if (open.size >= this.#limits.pipelined) {
      socket.destroy();
      return;
    }
    const before = [...open.keys()].at(-1);
    open.set(response, request);
    response.once("close", () => open.delete(response));
    if (before === undefined) answer();
    else before.once("close", () => !socket.destroyed && answer());
  }

  /** The last answer that a connection still owes for a request that came whole, when it owes no other. */
  owed(socket: Socket): ServerResponse | undefined {
    const open = [...(this.#connections.get(socket)?.open ?? [])];
    return open.every(([, request]) => request.complete) ? open.at(-1)?.[0] : undefined;
  }

  #cutOffSlow(): void {
    const { minimumRate, patience, interval } = this.#limits;
    for (const [socket, connection] of this.#connections) {
      const passed = socket.bytesRead + socket.bytesWritten - socket.writableLength;
      const waits = socket.writableLength > 0 || [...connection.open.values()].some(({ complete }) => !complete);
      const isSlow = waits && passed - connection.passed < (minimumRate * interval) / 1000;
      connection.passed = passed;
      connection.slow = waits ? connection.slow + (isSlow ? interval : 0) : 0;
      if (connection.slow >= patience) socket.destroy();
    }
  }
}

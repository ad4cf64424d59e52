import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** One name that leads to a server, and to another after a fail-over: what is connected by then stays where it is. */
export class TcpProxy {
  readonly #sockets = new Set<Socket>();

  private constructor(
    readonly port: number,
    private readonly server: Server,
    /** Port where new connections go. */
    public target: number,
  ) {}

  static async start(target: number): Promise<TcpProxy> {
    const server = createServer((client) => proxy.#join(client));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const proxy = new TcpProxy(typeof address === "object" && address ? address.port : 0, server, target);
    return proxy;
  }

  #join(client: Socket): void {
    const upstream = connect(this.target, "127.0.0.1");
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }

  /** What is connected by now hears nothing more, and is not closed: as when a host dies. */
  silence(): void {
    for (const socket of this.#sockets) {
      socket.unpipe().pause();
      // Nor does one side hear of the other's end.
      socket.removeAllListeners("close").removeAllListeners("error");
      socket.on("error", () => undefined);
    }
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }
}

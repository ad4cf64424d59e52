import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";

/** Milliseconds that the router gets to answer; what it leaves unanswered for longer waits for more of the request. */
const patience = 3_000;

/** What came back for bytes that were sent as they are. */
export interface RawAnswer {
  /** Status of each answer, in their order. */
  readonly statuses: readonly number[];
  /** Whether the other side ended the connection. */
  readonly closed: boolean;
}

/** Sends bytes on a connection of their own, and reads until it is ended or nothing more comes. */
export async function sendRaw(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = "";
  const closed = new Promise<boolean>((resolve) => {
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.on("error", () => resolve(true));
    socket.on("close", () => resolve(true));
  });
  socket.write(bytes);
  const late = new AbortController();
  const ended = await Promise.race([closed, setTimeout(patience, false, { signal: late.signal })]);
  late.abort();
  socket.destroy();
  return {
    statuses: [...text.matchAll(/(?:^|\n)HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)),
    closed: ended,
  };
}

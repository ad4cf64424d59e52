import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { get } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Connection, serve } from "../../runtime/http-server";

describe("a server that stops", () => {
  test("answers the request under way, refuses new ones, then closes what the app uses", async () => {
    const events: string[] = [];
    let arrived: () => void = () => undefined;
    let answer: (response: Response) => void = () => undefined;
    const underWay = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const server = await serve(
      {
        fetch: () => {
          arrived();
          return new Promise<Response>((resolve) => {
            answer = resolve;
          });
        },
      },
      { port: 0, close: async () => events.push("closed") },
    );
    const response = fetch(`http://127.0.0.1:${server.port}/`);
    await underWay;
    const stopped = server.stop();
    await expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toThrow();
    expect(events).toEqual([]);
    answer(new Response("done"));
    expect(await (await response).text()).toBe("done");
    await stopped;
    await server.stop();
    expect(events).toEqual(["closed"]);
  });

  test("does not wait longer than its grace for a client that never finishes", async () => {
    const server = await serve(
      { fetch: () => new Promise(() => undefined) },
      { port: 0, close: async () => undefined, grace: 20 },
    );
    const socket = connect(Number(server.port), "127.0.0.1");
    await once(socket, "connect");
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const ended = once(socket, "close");
    await server.stop();
    await ended;
  });
});

test("a server that stops tells a keep-alive client to go elsewhere, and does not wait for it", async () => {
  const answers: ((response: Response) => void)[] = [];
  const server = await serve(
    { fetch: () => new Promise<Response>((resolve) => answers.push(resolve)) },
    { port: 0, close: async () => undefined },
  );
  const socket = connect(Number(server.port), "127.0.0.1").setEncoding("utf8");
  const send = async (count: number) => {
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    while (answers.length < count) await new Promise(setImmediate);
  };
  let received = "";
  socket.on("data", (data: string) => {
    received += data;
  });
  await send(1);
  const stopped = server.stop();
  answers[0]?.(new Response("first"));
  await send(2);
  answers[1]?.(new Response("second"));
  await once(socket, "close");
  await stopped;
  expect(received.slice(received.indexOf("first"))).toMatch(/^connection: close\r$/im);
});

test("a server on a Unix socket listens on no port, says that a request came through it, and removes it at its end", async () => {
  const folder = await mkdtemp(join(tmpdir(), "http-server-"));
  const socket = join(folder, "own.sock");
  const seen: unknown[] = [];
  const fetch = (_: Request, { throughSocket }: Connection) => {
    seen.push(throughSocket);
    return new Response("here");
  };
  const [server, other] = await Promise.all([
    serve({ fetch }, { socket, close: async () => undefined }),
    serve({ fetch }, { close: async () => undefined }),
  ]);
  expect(server.port).toBeUndefined();
  const [answer] = await once(get({ socketPath: socket, path: "/" }), "response");
  expect(await text(answer)).toBe("here");
  await (await globalThis.fetch(`http://127.0.0.1:${other.port}/`)).text();
  expect(seen).toEqual([true, false]);
  await Promise.all([server.stop(), other.stop()]);
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

test("a server listens on this machine alone unless it is told otherwise", async () => {
  const server = await serve({ fetch: () => new Response("here") }, { port: 0, close: async () => undefined });
  expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(200);
  await expect(fetch(`http://127.0.0.2:${server.port}/`)).rejects.toThrow();
  await server.stop();
});

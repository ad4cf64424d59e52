import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Hono } from "hono";
import { freePort } from "../../../dependencies/free-port";
import { createForward } from "../../../local/router/forward";
import { createRouter } from "../../../local/router/router";

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const listening = async (server: Server) => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
};

const upstreamAt = (name: string, url: string) => ({ name, description: "", path: `/${name}` as const, url });
const upstream = (name: string, port: number) => upstreamAt(name, `http://127.0.0.1:${port}`);

describe("the router", () => {
  let service: Server;
  let router: Server;
  let base: string;
  /** What the service answers with; each test sets its own. */
  let serve: (incoming: IncomingMessage, outgoing: import("node:http").ServerResponse) => void;

  beforeAll(async () => {
    service = await listening(createServer((incoming, outgoing) => serve(incoming, outgoing)));
    router = await listening(
      createRouter({
        upstreams: [upstream("echo", portOf(service)), upstream("gone", await freePort())],
        forward: createForward({ answerLimit: 300, bodyLimit: 1_000 }),
        pages: new Hono().get("/", (context) => context.text("status")),
      }),
    );
    base = `http://127.0.0.1:${portOf(router)}`;
  });
  beforeEach(() => {
    serve = (incoming, outgoing) => {
      outgoing.setHeader("content-type", "application/json");
      outgoing.end(JSON.stringify({ method: incoming.method, url: incoming.url, headers: incoming.headers }));
    };
  });
  afterAll(() => {
    for (const server of [router, service]) {
      server.close();
      server.closeAllConnections();
    }
  });

  /** The request as the service saw it. */
  const echoed = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(`${base}${path}`, { headers })).json() as Promise<{
      method: string;
      url: string;
      headers: Record<string, string>;
    }>;
  /** Bytes as they are, and all that comes back: what no HTTP client would send. */
  const raw = async (bytes: string) => {
    const socket = connect(portOf(router), "127.0.0.1");
    socket.write(bytes);
    return text(socket);
  };

  test("strips the prefix and keeps method and query", async () => {
    expect(await echoed("/echo/a/b?c=d")).toMatchObject({ method: "GET", url: "/a/b?c=d" });
    expect(await echoed("/echo")).toMatchObject({ url: "/" });
  });

  test("says where a request came from, and believes nothing it claims", async () => {
    const { headers } = await echoed("/echo/", {
      "x-forwarded-for": "6.6.6.6",
      "x-forwarded-host": "evil",
      "x-forwarded-prefix": "/evil",
      "x-forwarded-user": "admin",
      forwarded: "for=6.6.6.6",
      "x-real-ip": "6.6.6.6",
    });
    const forwarded = Object.fromEntries(Object.entries(headers).filter(([name]) => /forwarded|real-ip/.test(name)));
    expect(forwarded).toEqual({
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-host": new URL(base).host,
      "x-forwarded-prefix": "/echo",
    });
  });

  test("keeps headers of one hop to that hop, in both directions", async () => {
    serve = (incoming, outgoing) => {
      outgoing.setHeader("connection", "close, x-inner");
      outgoing.setHeader("x-inner", "secret");
      outgoing.setHeader("proxy-authenticate", "Basic");
      outgoing.end(JSON.stringify(incoming.headers));
    };
    const answer = await raw(
      "GET /echo/ HTTP/1.1\r\nhost: localhost\r\nconnection: close, x-mine\r\nx-mine: 1\r\nte: trailers\r\nproxy-authorization: a\r\nkeep-alive: 1\r\n\r\n",
    );
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    expect(head).not.toMatch(/x-inner|proxy-authenticate/i);
    expect(body).not.toMatch(/x-mine|"te"|proxy-authorization|keep-alive":/);
  });

  test("a client cannot name the host or the length as headers of one hop", async () => {
    const answer = await raw(
      "GET /echo/ HTTP/1.1\r\nhost: localhost:9\r\nconnection: close, host, x-request-id\r\n\r\n",
    );
    expect(answer).toContain('"host":"localhost:9"');
  });

  test("passes a request id on, makes one where there is none, and answers with it", async () => {
    const given = await fetch(`${base}/echo/`, { headers: { "x-request-id": "from-a-client-1" } });
    expect(given.headers.get("x-request-id")).toBe("from-a-client-1");
    const odd = await fetch(`${base}/echo/`, { headers: { "x-request-id": "two words" } });
    const { headers } = (await odd.json()) as { headers: Record<string, string> };
    expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(odd.headers.get("x-request-id")).toBe(headers["x-request-id"]);
  });

  test("streams a request and its answer: each part arrives before the next is sent", async () => {
    serve = (incoming, outgoing) => incoming.pipe(outgoing);
    const sent = request(`${base}/echo/`, { method: "POST" });
    sent.write("first");
    const [answer]: IncomingMessage[] = await once(sent, "response");
    if (answer === undefined) throw new Error("no answer");
    const parts = answer.setEncoding("utf8")[Symbol.asyncIterator]();
    expect((await parts.next()).value).toBe("first");
    sent.end("second");
    expect((await parts.next()).value).toBe("second");
    expect((await parts.next()).done).toBe(true);
  });

  test("a service that is not running is a 503 that says when to try again", async () => {
    const answer = await fetch(`${base}/gone/x`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({ type: "about:blank", status: 503, title: "Service Unavailable" });
  });

  test("a service on a Unix socket is asked there, and is a 503 while it has none", async () => {
    const folder = await mkdtemp(join(tmpdir(), "router-"));
    const socket = join(folder, "echo.sock");
    const onSocket = createServer((incoming, outgoing) => serve(incoming, outgoing)).listen(socket);
    await once(onSocket, "listening");
    const upstreams = [upstreamAt("echo", `unix:${socket}`)];
    const inFront = await listening(createRouter({ upstreams, forward: createForward(), pages: new Hono() }));
    const ask = () => fetch(`http://127.0.0.1:${portOf(inFront)}/echo/x?y=z`);
    const answer = await ask();
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { url: "/x?y=z", headers: { "x-forwarded-for": "127.0.0.1" } },
    ]);
    const closed = once(onSocket, "close");
    onSocket.close();
    onSocket.closeAllConnections();
    await closed;
    expect((await ask()).status).toBe(503);
    inFront.close();
    inFront.closeAllConnections();
    await rm(folder, { recursive: true });
  });

  test("a service that hangs up is a 502", async () => {
    serve = (incoming) => incoming.socket.destroy();
    const answer = await fetch(`${base}/echo/`);
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ detail: "echo ended the connection without a valid answer" });
  });

  test("a service that does not begin to answer in time is a 504", async () => {
    serve = () => {};
    const answer = await fetch(`${base}/echo/`);
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ detail: "echo did not begin to answer within 0.3 s" });
  });

  test("an answer that has begun may pause for longer than the limit to begin", async () => {
    serve = (_, outgoing) => {
      outgoing.write("begun, ");
      setTimeout(() => outgoing.end("ended"), 600);
    };
    expect(await (await fetch(`${base}/echo/`)).text()).toBe("begun, ended");
  });

  test("an answer that breaks off is cut off for the client too, never passed off as whole", async () => {
    serve = (_, outgoing) => {
      outgoing.write("half");
      setImmediate(() => outgoing.destroy());
    };
    await expect(fetch(`${base}/echo/`).then((answer) => answer.text())).rejects.toThrow();
  });

  test("when a client leaves, its request to the service ends as well", async () => {
    const reached = new Promise<IncomingMessage>((resolve) => {
      serve = (incoming) => resolve(incoming);
    });
    // No limit that could end the request in the client's place.
    const patient = await listening(
      createRouter({ upstreams: [upstream("echo", portOf(service))], forward: createForward(), pages: new Hono() }),
    );
    const leaving = new AbortController();
    const answer = fetch(`http://127.0.0.1:${portOf(patient)}/echo/`, { signal: leaving.signal }).catch(() => "left");
    const incoming = await reached;
    leaving.abort();
    await once(incoming.socket, "close");
    expect(await answer).toBe("left");
    patient.close();
  });

  test("a body over the limit is a 413, whether its length was told or not", async () => {
    serve = (incoming, outgoing) => incoming.resume().on("end", () => outgoing.end());
    const told = await fetch(`${base}/echo/`, { method: "POST", body: "x".repeat(1_001) });
    expect(told.status).toBe(413);
    const chunk = `3e9\r\n${"x".repeat(1_001)}\r\n`;
    const untold = await raw(
      `POST /echo/ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`,
    );
    expect(untold).toContain("HTTP/1.1 413 Payload Too Large");
    expect((await fetch(`${base}/echo/`, { method: "POST", body: "x".repeat(1_000) })).status).toBe(200);
  });

  test("headers over the limit are a 431 in problem details", async () => {
    const answer = await raw(`GET /echo/ HTTP/1.1\r\nhost: localhost\r\nx-long: ${"x".repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(answer).toContain("application/problem+json");
  });

  test("a GET with a chunked body stays one request: none is smuggled in its body", async () => {
    const seen: string[] = [];
    serve = (incoming, outgoing) => {
      seen.push(`${incoming.method} ${incoming.url}`);
      incoming.resume().on("end", () => outgoing.end());
    };
    const inner = "GET /smuggled HTTP/1.1\r\nhost: localhost\r\n\r\n";
    const chunk = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
    await raw(
      `GET /echo/ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n${chunk}`,
    );
    expect(seen).toEqual(["GET /"]);
  });

  test.each([
    ["two lengths", "POST /echo/ HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx"],
    [
      "a length and chunks",
      "POST /echo/ HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["no HTTP", "hello\r\n\r\n"],
  ])("%s: a 400 in problem details, and the service sees nothing", async (_, bytes) => {
    serve = () => {
      throw new Error("the service was reached");
    };
    const answer = await raw(bytes);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain("application/problem+json");
  });

  test("a path that climbs out of its prefix is a 400, one that no prefix covers a 404", async () => {
    expect(await raw("GET /echo/../gone/ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1.1 400 /,
    );
    expect((await fetch(`${base}/echox`)).status).toBe(404);
  });

  test("a WebSocket is refused with an answer, another offered protocol is not taken up", async () => {
    const upgrade = (to: string) =>
      raw(`GET /echo/ HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade, close\r\nupgrade: ${to}\r\n\r\n`);
    expect(await upgrade("websocket")).toMatch(/^HTTP\/1.1 501 [\s\S]*no service here speaks WebSocket/);
    expect(await upgrade("h2c")).toMatch(/^HTTP\/1.1 200 /);
  });

  test("a method that no service knows is a 501, and never reaches one", async () => {
    const answer = await raw("TRACE /echo/ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: secret\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1.1 501 [\s\S]*no service here knows TRACE/);
    expect(answer).not.toContain("secret");
  });

  test.each(["attacker.example", "attacker.example:8080", "localhost.attacker.example", "127.0.0.1.nip.io"])(
    "a request for the host %s is refused with 421, at services and pages alike",
    async (host) => {
      for (const path of ["/echo/", "/"])
        expect(await raw(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)).toMatch(
          /^HTTP\/1.1 421 /,
        );
    },
  );

  test("a request with two Host headers is a 400", async () => {
    const answer = await raw("GET /echo/ HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1.1 400 .*one Host header/s);
  });

  test("HTTP/1.0 is answered with or without keep-alive and Host, and refused with a transfer coding", async () => {
    expect(await raw("GET /echo/ HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1.1 200 /);
    expect(await raw("GET /echo/ HTTP/1.0\r\nhost: localhost\r\nconnection: close\r\n\r\n")).toMatch(/^HTTP\/1.1 200 /);
    const coded = "POST /echo/ HTTP/1.0\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    expect(await raw(coded)).toMatch(/^HTTP\/1.1 400 /);
  });

  test("a request line without a version, which is HTTP/0.9, is refused", async () => {
    expect(await raw("GET /echo/\r\nhost: localhost\r\n\r\n")).toMatch(/^HTTP\/1.1 505 /);
  });

  test("a request that garbage follows is answered, and then the garbage", async () => {
    const answer = await raw("GET /echo/ HTTP/1.1\r\nhost: localhost\r\n\r\n\0garbage\r\n\r\n");
    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 400"]);
  });

  test("pipelined requests reach their service one after the other", async () => {
    const seen: string[] = [];
    serve = ({ url = "" }, outgoing) => {
      seen.push(url);
      setTimeout(() => {
        seen.push(`${url} answered`);
        outgoing.end();
      }, 30);
    };
    const get = (path: string, more = "") => `GET /echo/${path} HTTP/1.1\r\nhost: localhost\r\n${more}\r\n`;
    await raw(get("a") + get("b") + get("c", "connection: close\r\n"));
    expect(seen).toEqual(["/a", "/a answered", "/b", "/b answered", "/c", "/c answered"]);
  });

  test("a connection that sends more requests than it may before the first is answered is closed", async () => {
    serve = () => {};
    const answer = await raw("GET /echo/ HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(9)).catch(({ code }) => code);
    expect(["", "ECONNRESET"]).toContain(answer);
  });

  describe("with clients that take their time", () => {
    let impatient: Server;
    beforeAll(async () => {
      impatient = await listening(
        createRouter({
          upstreams: [upstream("echo", portOf(service))],
          forward: createForward(),
          pages: new Hono(),
          limits: { minimumRate: 1_000, patience: 100, interval: 20 },
        }),
      );
    });
    afterAll(() => {
      impatient.close();
      impatient.closeAllConnections();
    });
    const connected = async () => {
      const socket = connect(portOf(impatient), "127.0.0.1");
      await once(socket, "connect");
      return socket;
    };

    test("one that does not read a large answer is cut off", async () => {
      let broken: () => void = () => {};
      const cutOff = new Promise<void>((resolve) => {
        broken = resolve;
      });
      serve = ({ url }, outgoing) => {
        if (url === "/large") outgoing.once("close", broken);
        outgoing.end(Buffer.alloc(50_000_000));
      };
      const socket = await connected();
      socket.pause().write("GET /echo/large HTTP/1.1\r\nhost: localhost\r\n\r\n");
      await cutOff;
      socket.destroy();
    });

    test("one that drips its body is cut off", async () => {
      serve = (incoming, outgoing) => incoming.pipe(outgoing);
      const socket = await connected();
      socket.resume().on("error", () => {});
      socket.write("POST /echo/ HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\n");
      const drip = setInterval(() => socket.write("."), 10);
      // A write after the cut fails, which once() would reject with.
      await new Promise<void>((resolve) => socket.once("close", () => resolve()));
      clearInterval(drip);
    });

    test("one that waits for an answer with pauses in it is not", async () => {
      serve = (_, outgoing) => {
        outgoing.write("first");
        setTimeout(() => outgoing.end("second"), 400);
      };
      const answer = await fetch(`http://127.0.0.1:${portOf(impatient)}/echo/`);
      expect(await answer.text()).toBe("firstsecond");
    });
  });

  test("its own pages answer where no prefix does", async () => {
    expect(await (await fetch(base)).text()).toBe("status");
  });
});

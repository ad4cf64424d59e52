import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import preferences from "../../../lambda/preferences/app";
import { createMailDomainCheck, type MailDomainMode } from "../../../lambda/preferences/mail-domain";
import { createResolver } from "../../../lambda/preferences/resolver";
import { createLogger } from "../../../runtime/logger";
import * as z from "../../../runtime/schema";
import { openHttp } from "../../../runtime/service";
import { until } from "../../until";
import { silent } from "./service";

const accepting = '{"Status":0,"Answer":[{"type":15,"data":"10 mail.example.com."}]}';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A resolver that does what it is told; says how often it was asked. */
async function resolver(listener: RequestListener, mode: MailDomainMode = "enforce") {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    listener(request, response);
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}/dns-query`;
  const resolve = createResolver({ fetch, url, attemptTimeout: 300, pause: 60_000 });
  return { check: createMailDomainCheck({ mode, resolve, perCaller: 3, logger: silent }), asked: () => asked, url };
}

/** Answers each record type of the zone; others have no records. */
const zone =
  (records: Record<string, { type: number; data: string }[]>, status = 0): RequestListener =>
  (request, response) => {
    const type = new URL(request.url ?? "/", "http://x").searchParams.get("type") ?? "";
    response.end(JSON.stringify({ Status: status, Answer: records[type] }));
  };

describe("a domain", () => {
  test.each<[string, RequestListener]>([
    ["with a mail exchange", zone({ MX: [{ type: 15, data: "10 mail.example.com." }] })],
    ["with an address alone", zone({ A: [{ type: 1, data: "192.0.2.1" }] })],
    ["with an IPv6 address alone", zone({ AAAA: [{ type: 28, data: "2001:db8::1" }] })],
  ])("%s accepts mail", async (_, listener) => {
    const { check } = await resolver(listener);
    expect(await check("a@example.com")).toBe("accepts");
  });

  const refusing: [string, RequestListener][] = [
    ["that does not exist", zone({}, 3)],
    ["without records", zone({})],
    ["with a null MX", zone({ MX: [{ type: 15, data: "0 ." }], A: [{ type: 1, data: "192.0.2.1" }] })],
    ["with an alias that leads nowhere", zone({ MX: [{ type: 5, data: "alias.example.com." }] })],
  ];
  test.each(refusing)("%s is recorded with warn, refused with enforce", async (_, listener) => {
    expect(await (await resolver(listener, "warn")).check("a@example.com")).toBe("refuses");
    await expect((await resolver(listener)).check("a@example.com")).rejects.toMatchObject({
      status: 422,
      problems: [{ pointer: "/email" }],
    });
  });

  test("is not asked about when the check is off", async () => {
    const { check, asked } = await resolver(zone({}, 3), "off");
    expect(await check("a@example.com")).toBeNull();
    expect(asked()).toBe(0);
  });
});

test("a caller has a budget of questions: beyond it its users come in as unknown, and other callers are asked about", async () => {
  const { check, asked } = await resolver((_, response) => response.end(accepting));
  const said = [];
  for (let user = 0; user < 5; user += 1) said.push(await check(`a${user}@example.com`, "greedy"));
  expect(said).toEqual(["accepts", "accepts", "accepts", "unknown", "unknown"]);
  expect(asked()).toBe(3);
  expect(await check("b@example.com", "modest")).toBe("accepts");
  // Where callers are not known there is no budget that one could use up for all.
  for (let user = 0; user < 5; user += 1) expect(await check(`c${user}@example.com`)).toBe("accepts");
});

describe("a resolver lets the user in, on record as unknown, and is asked twice and about a known name, when it", () => {
  test.each<[string, RequestListener]>([
    ["never answers", () => undefined],
    ["answers 500", (_, response) => response.writeHead(500).end()],
    ["answers SERVFAIL", zone({}, 2)],
    ["answers no JSON", (_, response) => response.end("<html>")],
    ["answers another JSON", (_, response) => response.end('{"Status":"0","Answer":{}}')],
    [
      "answers without end",
      (_, response) => {
        const more = () => {
          while (response.write(" ".repeat(16_384))) if (response.destroyed) return;
          response.once("drain", more);
        };
        more();
      },
    ],
    ["begins an answer and stalls", (_, response) => response.write("{")],
    ["hangs up", (request) => request.socket.destroy()],
    ["redirects", (_, response) => response.writeHead(302, { Location: "http://169.254.169.254/latest/" }).end()],
  ])("%s", async (what, listener) => {
    for (const mode of ["warn", "enforce"] as const) {
      const { check, asked } = await resolver(listener, mode);
      expect(await check("a@example.com")).toBe("unknown");
      // SERVFAIL is a reply, told apart after the call.
      expect(asked()).toBe(what === "answers SERVFAIL" ? 1 : 3);
    }
  });
});

test("a resolver that keeps failing is left alone, and users still come in", async () => {
  const { check, asked } = await resolver((_, response) => response.writeHead(503).end());
  for (let user = 0; user < 20; user += 1) expect(await check("a@example.com")).toBe("unknown");
  // Five questions, each with a retry and a question about a known name.
  expect(asked()).toBe(15);
});

test("domains that the resolver does not answer for keep it from nobody else", async () => {
  const strange: RequestListener = (request, response) => {
    const name = new URL(request.url ?? "/", "http://x").searchParams.get("name") ?? "";
    if (name.startsWith("slow")) return;
    response.writeHead(name.startsWith("odd") ? 400 : 200).end(accepting);
  };
  const { check } = await resolver(strange);
  for (const domain of ["slow1", "slow2", "slow3", "odd1", "odd2", "odd3", "odd4", "odd5", "odd6"])
    expect(await check(`a@${domain}.example`)).toBe("unknown");
  expect(await check("a@example.net")).toBe("accepts");
});

test("a redirect is never followed", async () => {
  let reached = false;
  const target = await resolver((_, response) => {
    reached = true;
    response.end('{"Status":0,"Answer":[{"type":15,"data":"1 mail."}]}');
  });
  const { check } = await resolver((_, response) => response.writeHead(307, { Location: target.url }).end());
  expect(await check("a@example.com")).toBe("unknown");
  expect(reached).toBe(false);
});

test.each<[string, RequestListener]>([
  ["is an error, whatever its body says", (_, response) => response.writeHead(503).end(accepting)],
  ["is larger than any reply", (_, response) => response.end(accepting + " ".repeat(100_000))],
])("a reply that %s is not believed", async (_, listener) => {
  expect(await (await resolver(listener)).check("a@example.com")).toBe("unknown");
});

test("a resolver learns the domain alone, and is asked for JSON", async () => {
  const questions: unknown[] = [];
  const { check } = await resolver((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://x");
    questions.push([Object.fromEntries(searchParams), request.headers.accept]);
    response.end(accepting);
  });
  await check("somebody@example.com");
  expect(questions).toEqual([[{ name: "example.com", type: "MX" }, "application/dns-json"]]);
});

test("a resolver that works again is asked again after the pause", async () => {
  let broken = true;
  const { url } = await resolver((_, response) => response.writeHead(broken ? 503 : 200).end(accepting));
  const resolve = createResolver({ fetch, url, attemptTimeout: 1000, pause: 50 });
  for (let call = 0; call < 5; call += 1) await expect(resolve("example.com", "MX")).rejects.toThrow();
  broken = false;
  let reply: unknown;
  await until(async () => {
    reply = await resolve("example.com", "MX").catch(() => undefined);
    return reply !== undefined;
  });
  expect(reply).toMatchObject({ Status: 0 });
});

test("a domain that stays unknown is counted in the logs, which do not say whose it was", async () => {
  const lines: string[] = [];
  const logger = createLogger({ service: "test", destination: { write: (line: string) => lines.push(line) } });
  const { url } = await resolver((_, response) => response.writeHead(500).end());
  const check = createMailDomainCheck({ mode: "warn", perCaller: 3, resolve: createResolver({ fetch, url }), logger });
  await check("somebody@secret.example");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "warn", mailDomainUnknown: 1 });
  expect(lines[0]).not.toMatch(/somebody|secret/);
});

test("the service checks domains as its environment says", async () => {
  const { url } = await resolver(zone({}, 3));
  const env = {
    LOG_LEVEL: "silent",
    MAIL_DOMAIN_CHECK: "enforce",
    DNS_RESOLVER_URL: url,
    INTERNET_HOSTS: "127.0.0.1",
    DATABASE_URL: "postgres://a:b@127.0.0.1:1/x",
  };
  const { api, stop } = await openHttp(preferences, env, z.object({}));
  const headers = { "Content-Type": "application/json" };
  const body = '{"email":"a@example.com"}';
  const answer = await api.fetch(new Request("http://preferences/users", { method: "POST", headers, body }));
  expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining("receives no mail")]);
  await stop();
});

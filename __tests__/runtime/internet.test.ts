import { createServer } from "node:http";
import { fetchFrom, internet } from "../../runtime/internet";
import { createLogger } from "../../runtime/logger";

/** Answers under every name of this machine, and sends /away to another of its names. */
let port: number;
const asked: string[] = [];
const server = createServer(({ headers, url }, response) => {
  asked.push(`${headers.host}${url}`);
  if (url === "/away") response.writeHead(302, { location: `http://localhost:${port}/there` });
  response.end("here");
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const lifetime = { logger: createLogger({ service: "test", level: "silent" }), onStop: () => {}, readyWhen: () => {} };
const at = (hosts: string) => internet.open({ INTERNET_HOSTS: hosts }, lifetime);

test("a service asks each host that its entry names", async () => {
  const ask = await at("suppliers.example.com,127.0.0.1");
  expect(await (await ask(`http://127.0.0.1:${port}/`)).text()).toBe("here");
  expect(await (await ask(new URL(`http://127.0.0.1:${port}/`))).text()).toBe("here");
  expect(await (await ask(new Request(`http://127.0.0.1:${port}/`))).text()).toBe("here");
});

test("a host that it does not name is not asked, and the error says where to name it", async () => {
  const ask = await at("127.0.0.1");
  asked.length = 0;
  for (const url of [`http://localhost:${port}/`, new URL(`http://localhost:${port}/`)]) {
    await expect(ask(url)).rejects.toThrow(
      "localhost must be named in INTERNET_HOSTS (hosts of the service's entry in config/services.ts), which has 127.0.0.1",
    );
  }
  await expect(ask(new Request(`http://localhost:${port}/`))).rejects.toThrow("localhost must be named");
  // A name that begins or ends like one that is named is another.
  await expect(fetchFrom(["example.com"], "hosts")("https://notexample.com/")).rejects.toThrow("must be named");
  await expect(fetchFrom(["example.com"], "hosts")("https://example.com.evil.test/")).rejects.toThrow("must be named");
  expect(asked).toEqual([]);
});

test("a redirect leads nowhere: the host that it names is not asked", async () => {
  const ask = await at("127.0.0.1");
  asked.length = 0;
  await expect(ask(`http://127.0.0.1:${port}/away`)).rejects.toThrow();
  await expect(ask(`http://127.0.0.1:${port}/away`, { redirect: "follow" })).rejects.toThrow();
  expect((await ask(`http://127.0.0.1:${port}/away`, { redirect: "manual" })).status).toBe(302);
  expect(asked).toEqual(Array(3).fill(`127.0.0.1:${port}/away`));
});

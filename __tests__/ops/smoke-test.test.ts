import { createServer, type Server } from "node:http";
import { resolve } from "node:path";
import { httpServices } from "../../config/service";
import { services } from "../../config/services";
import { createCallers } from "../../runtime/access-token";
import { createKeySet } from "../../runtime/key-set";
import { createLogger } from "../../runtime/logger";
import { type Issuer, startIssuer } from "../issuer";
import { runProgram } from "./run-program";

// The program knows the real table: whatever it deploys, and one of it.
const deployed = httpServices(services);
const [{ name, path: prefix } = { name: "", path: "" }] = deployed;

let server: Server;
let url: string;
let asked: string[];
/** The tokens that questions came with. */
let tokens: string[];
interface Answer {
  readonly status: number;
  readonly body: unknown;
}
/** What every service that is well answers, in either form, and what becomes of a transaction. */
const well = {
  status: "ok",
  healthy: true,
  token: "a token",
  id: "a transaction",
  transactions: [{ id: "a transaction", stamps: 1, awarded_at: "2026-11-29T03:00:00.000Z" }],
};
const user = { SMOKE_TEST_USERNAME: "smoke", SMOKE_TEST_PASSWORD: "kept by GitLab" };
/** What the API answers to the nth question for a path. */
let answer: (path: string, nth: number, authorization: string | undefined) => Answer | Promise<Answer>;

beforeEach(async () => {
  asked = [];
  tokens = [];
  answer = () => ({ status: 200, body: well });
  server = createServer(async ({ url: path = "", headers: { authorization } }, response) => {
    asked.push(path);
    if (authorization !== undefined) tokens.push(authorization.replace("Bearer ", ""));
    const { status, body } = await answer(path, asked.filter((other) => other === path).length, authorization);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const smokeTest = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runProgram(
    "ops/smoke-test/command.ts",
    ["--environment", "development", "--url", url, "--interval", "0.001", ...args],
    { env: { ...user, ...env } },
  );

describe("the smoke test", () => {
  test("asks each deployed service whether it runs, whether it reaches its database, and what it offers", async () => {
    const { exitCode, stdout } = await smokeTest(["--in-a-row", "1", "--json"]);
    expect(exitCode).toBe(0);
    const checks = deployed.flatMap(({ path }) => [`${path}/health`, `${path}/health?deep`, `${path}/openapi.json`]);
    expect(asked.filter((path) => checks.includes(path)).toSorted()).toEqual(checks.toSorted());
    expect(JSON.parse(stdout)).toContainEqual({
      name: `${name} reaches its database`,
      url: `${url}${prefix}/health?deep`,
      passed: true,
      answer: '200 with status "ok"',
      tries: 1,
    });
  });

  test("holds each service to its own word for being well", async () => {
    const inOwnWord = deployed.map(async ({ name, path, entry }) => {
      const { default: service } = await import(resolve(entry, "app"));
      return [name, path, service.form?.healthy ?? { status: "ok" }] as const;
    });
    const known = await Promise.all(inOwnWord);
    expect(new Set(known.map(([, , word]) => Object.keys(word).join()))).toEqual(new Set(["status", "healthy"]));
    answer = (path) => {
      const [, , word] = known.find(([, prefix]) => path.startsWith(`${prefix}/health`)) ?? [];
      return { status: 200, body: word ?? well };
    };
    const { exitCode, stderr } = await smokeTest(["--in-a-row", "1", "--time-limit", "0.01"]);
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  });

  test("wants right answers in a row, since a new version reaches the API's hosts one after the other", async () => {
    answer = (_path, nth) => ({ status: nth === 2 ? 502 : 200, body: well });
    const { exitCode } = await smokeTest([]);
    expect(exitCode).toBe(0);
    expect(asked.filter((path) => path === `${prefix}/health`)).toHaveLength(5);
  });

  test.each([
    ["a wrong status", { status: 503, body: well }, "answered 503"],
    [
      "a service that calls itself unwell",
      { status: 200, body: { ...well, status: "starting" } },
      'answered 200 with status "starting"',
    ],
  ])("fails on %s, naming check and answer", async (_what, wrong, message) => {
    answer = (path, nth) => (path === `${prefix}/health` ? wrong : { status: 200, body: { ...well, nth } });
    const { exitCode, stderr } = await smokeTest(["--in-a-row", "1", "--time-limit", "0.05"]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(new RegExp(`FAILED ${name} runs: .*${message}`));
    expect(stderr.trim().split("\n").at(-1)).toBe(`1 of ${3 * deployed.length + 1} checks failed`);
  });

  test("fails when nothing answers, and says what the network said", async () => {
    await new Promise((resolve) => server.close(resolve));
    const { exitCode, stderr } = await smokeTest(["--in-a-row", "1", "--time-limit", "0.05"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("ECONNREFUSED");
  });

  describe("where callers are known", () => {
    let issuer: Issuer;
    beforeAll(async () => {
      issuer = await startIssuer();
    });
    afterAll(() => issuer.stop());
    const knowing = deployed.filter(({ uses }) => uses.some((used) => used === "callers"));
    const atIssuer = (env: Readonly<Record<string, string>>, args: readonly string[] = []) =>
      smokeTest(
        ["--issuer", issuer.url, "--audience", issuer.audience, "--in-a-row", "1", "--time-limit", "0.05", ...args],
        env,
      );
    const client = { SMOKE_TEST_CLIENT_ID: "office", SMOKE_TEST_CLIENT_SECRET: "office-secret" };
    /** As the kit answers: 401 without a token, and who it is with a good one. */
    const guarded = async (path: string, authorization: string | undefined) => {
      if (!path.endsWith("/caller")) return { status: 200, body: well };
      const { url, audience } = issuer;
      const logger = createLogger({ service: "test", level: "silent" });
      const keys = createKeySet({ issuer: url, fetch, logger });
      return createCallers({ issuer: url, audience, keys })
        .admit(authorization, "test")
        .then(
          ({ client, scopes }) => ({ status: 200, body: { client, scopes: [...scopes] } }),
          () => ({ status: 401, body: {} }),
        );
    };

    test("shows that strangers are refused, and that its own client is known, by a token without any scope", async () => {
      expect(knowing.length).toBeGreaterThan(0);
      answer = (path, _nth, authorization) => guarded(path, authorization);
      const { exitCode, stdout, stderr } = await atIssuer(client, ["--json"]);
      expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
      const results: { name: string; answer: string }[] = JSON.parse(stdout);
      for (const { name } of knowing) {
        expect(results).toContainEqual(expect.objectContaining({ name: `${name} refuses a stranger`, answer: "401" }));
        expect(results).toContainEqual(
          expect.objectContaining({ name: `${name} knows its caller`, answer: '200 with client "office"' }),
        );
      }
      const [token = ""] = tokens;
      const [, payload = ""] = token.split(".");
      expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toMatchObject({ client_id: "office" });
      expect(Buffer.from(payload, "base64url").toString()).not.toContain("scope");
      // What it knows is not for logs.
      expect(stdout + stderr).not.toContain(token);
      expect(stdout + stderr).not.toContain("office-secret");
    });

    test("fails when a stranger is let in", async () => {
      answer = () => ({ status: 200, body: { ...well, client: "office" } });
      const { exitCode, stderr } = await atIssuer(client);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/FAILED \w+ refuses a stranger: .* answered 200/);
    });

    test("fails with the issuer's words when the secret is wrong, without the secret", async () => {
      const { exitCode, stderr } = await atIssuer({ ...client, SMOKE_TEST_CLIENT_SECRET: "not-the-secret" });
      expect([exitCode, stderr.trim()]).toEqual([
        1,
        `the smoke test's client gets no token of ${issuer.url}: 401 invalid_client`,
      ]);
    });

    test("says which variables it needs", async () => {
      const { exitCode, stderr } = await atIssuer({});
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining("set SMOKE_TEST_CLIENT_ID and")]);
      const staging = await runProgram("ops/smoke-test/command.ts", ["--environment", "staging", "--url", url], {
        env: user,
      });
      expect(staging.stderr).toContain("set SMOKE_TEST_CLIENT_ID and");
    });
  });

  test("says which user it needs to make a transaction", async () => {
    const { exitCode, stderr } = await smokeTest([], { SMOKE_TEST_PASSWORD: "" });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /set SMOKE_TEST_USERNAME and SMOKE_TEST_PASSWORD, for the job migrate too, which writes that user/,
    );
  });

  test("stops at once when the job is cancelled", async () => {
    answer = () => ({ status: 500, body: {} });
    const { exitCode } = await runProgram(
      "ops/smoke-test/command.ts",
      ["--environment", "development", "--url", url, "--interval", "0.001", "--time-limit", "600"],
      { env: user, signalAt: { text: "trying again", signal: "SIGINT" } },
    );
    expect(exitCode).toBe(130);
  });
});

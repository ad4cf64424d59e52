import { createServer, type Server } from "node:http";
import { deployedFunctions } from "../../config/service";
import { services } from "../../config/services";
import { runProgram } from "./run-program";

// The program knows the real table: whatever it deploys, and one of it.
const deployed = deployedFunctions(services);
const [{ name, path: prefix } = { name: "", path: "" }] = deployed;

let server: Server;
let url: string;
let asked: string[];
/** What the API answers to the nth question for a path. */
let answer: (path: string, nth: number) => { status: number; body: unknown };

beforeEach(async () => {
  asked = [];
  answer = () => ({ status: 200, body: { status: "ok" } });
  server = createServer(({ url: path = "" }, response) => {
    asked.push(path);
    const { status, body } = answer(path, asked.filter((other) => other === path).length);
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

const smokeTest = (...args: readonly string[]) =>
  runProgram("ops/smoke-test/command.ts", [
    "--environment",
    "development",
    "--url",
    url,
    "--interval",
    "0.001",
    ...args,
  ]);

describe("the smoke test", () => {
  test("asks each deployed service whether it runs, whether it reaches its database, and what it offers", async () => {
    const { exitCode, stdout } = await smokeTest("--in-a-row", "1", "--json");
    expect(exitCode).toBe(0);
    const checks = deployed.flatMap(({ path }) => [`${path}/health`, `${path}/health?deep`, `${path}/openapi.json`]);
    expect(asked.toSorted()).toEqual(checks.toSorted());
    expect(JSON.parse(stdout)).toContainEqual({
      name: `${name} reaches its database`,
      url: `${url}${prefix}/health?deep`,
      passed: true,
      answer: '200 with status "ok"',
      tries: 1,
    });
  });

  test("wants right answers in a row, since a new version reaches the API's hosts one after the other", async () => {
    answer = (_path, nth) => ({ status: nth === 2 ? 502 : 200, body: { status: "ok" } });
    const { exitCode } = await smokeTest();
    expect(exitCode).toBe(0);
    expect(asked.filter((path) => path === `${prefix}/health`)).toHaveLength(5);
  });

  test.each([
    ["a wrong status", { status: 503, body: { status: "ok" } }, "answered 503"],
    [
      "a service that calls itself unwell",
      { status: 200, body: { status: "starting" } },
      'answered 200 with status "starting"',
    ],
  ])("fails on %s, naming check and answer", async (_what, wrong, message) => {
    answer = (path, nth) => (path === `${prefix}/health` ? wrong : { status: 200, body: { status: "ok", nth } });
    const { exitCode, stderr } = await smokeTest("--in-a-row", "1", "--time-limit", "0.05");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(new RegExp(`FAILED ${name} runs: .*${message}`));
    expect(stderr.trim().split("\n").at(-1)).toBe(`1 of ${3 * deployed.length} checks failed`);
  });

  test("fails when nothing answers, and says what the network said", async () => {
    await new Promise((resolve) => server.close(resolve));
    const { exitCode, stderr } = await smokeTest("--in-a-row", "1", "--time-limit", "0.05");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("ECONNREFUSED");
  });

  test("stops at once when the job is cancelled", async () => {
    answer = () => ({ status: 500, body: {} });
    const { exitCode } = await runProgram(
      "ops/smoke-test/command.ts",
      ["--environment", "development", "--url", url, "--interval", "0.001", "--time-limit", "600"],
      { signalAt: { text: "trying again", signal: "SIGINT" } },
    );
    expect(exitCode).toBe(130);
  });
});

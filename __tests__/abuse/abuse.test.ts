import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type Attack, type AttackTable, run, type Target } from "../../abuse/attack";
import { malformedBodies } from "../../abuse/attacks/bodies";
import { generated } from "../../abuse/attacks/generated";
import { paths } from "../../abuse/attacks/paths";
import { races } from "../../abuse/attacks/races";
import { brokenHeads, smuggling } from "../../abuse/attacks/smuggling";
import { tokens } from "../../abuse/attacks/tokens";
import { describeApi } from "../../abuse/openapi";
import { startPlatform } from "../../abuse/platform";

const attacks = async (tables: readonly AttackTable[], target: Target) =>
  (await run(tables, target)).flatMap(({ table, attack, outcome }) =>
    outcome === undefined ? [] : [`${table}: ${attack}: ${outcome}`],
  );

/** Every n-th attack of a table: the whole is `make abuse`. */
const some = (table: AttackTable, n: number): AttackTable => ({
  ...table,
  attacks: table.attacks.filter((_, index) => index % n === 0),
});

describe("the platform, attacked", () => {
  let platform: Awaited<ReturnType<typeof startPlatform>>;
  beforeAll(async () => {
    platform = await startPlatform();
  });
  afterAll(() => platform.stop());

  test.each([
    ["smuggled requests", smuggling],
    ["broken heads", brokenHeads],
    ["paths with two meanings", paths],
    ["malformed bodies", some(malformedBodies, 3)],
    ["forged tokens", some(tokens, 2)],
    ["races on idempotency keys", races],
  ])("holds against %s", async (_, table) => {
    expect(table.attacks.length).toBeGreaterThan(3);
    expect(await attacks([table], platform)).toEqual([]);
  });

  test("answers requests that are made of each API's document as the document says, and none by a fault of its own", async () => {
    const seed = Date.now() % 1_000_000;
    // An attack's name has the seed: make abuse ONLY=generated SEED=... sends the same.
    expect(await attacks([generated({ requests: 300, seed })], platform)).toEqual([]);
  });
});

describe("an attack that gets through is told", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
  });

  /** A server that is content with everything. */
  async function naive(answer: (path: string) => string): Promise<Target> {
    server = createServer({ insecureHTTPParser: true, maxHeaderSize: 100_000 }, (request, response) => {
      request.resume();
      response.setHeader("content-type", "application/json").end(answer(request.url ?? ""));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return {
      url: `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`,
      token: async () => "",
      pidOf: async () => process.pid,
      import: async () => "",
    };
  }

  test("by the tables of heads, paths and bodies", async () => {
    const target = await naive(() => "{}");
    const named = ({ attacks }: AttackTable, name: string): Attack[] =>
      attacks.filter((attack) => attack.name === name);
    for (const [table, name] of [
      [smuggling, "both lengths"],
      [brokenHeads, 'Host: "evil.example"'],
      [paths, '"/authentication/../preferences/openapi.json"'],
      [malformedBodies, "a prototype to /preferences/users"],
    ] as const) {
      const chosen = named(table, name);
      expect([table.name, await attacks([{ ...table, attacks: chosen }], target)]).toEqual([
        table.name,
        [expect.stringMatching(/answered 200/)],
      ]);
    }
  });

  const document = {
    paths: {
      "/things": {
        get: {
          responses: {
            200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } },
            204: {},
          },
        },
      },
    },
    components: {
      schemas: { Thing: { type: "object", properties: { id: { type: "string", format: "uuid" } }, required: ["id"] } },
    },
  };

  test.each([
    ["a status", 418, "application/json", "{}", "418 is not in the document"],
    ["a type", 200, "text/html", "<p>", "200 is text/html, the document says application/json"],
    [
      "a missing field",
      200,
      "application/json",
      "{}",
      "200 is not as the document says: data must have required property 'id'",
    ],
    [
      "a format",
      200,
      "application/json",
      '{"id":"7"}',
      '200 is not as the document says: data/id must match format "uuid"',
    ],
    ["no JSON", 200, "application/json", "<p>", "200 is no JSON: <p>"],
    ["a body", 204, "", "x", "204 has a body, which the document does not say"],
  ])("%s that a document does not have", (_, status, type, body, fault) => {
    const api = describeApi(document);
    const [operation] = api.operations;
    if (operation === undefined) throw new Error("the document has an operation");
    expect(api.fault(operation, { status, type, body })).toBe(fault);
  });

  test("a document's answer is no fault", () => {
    const api = describeApi(document);
    const [operation] = api.operations;
    if (operation === undefined) throw new Error("the document has an operation");
    const body = JSON.stringify({ id: "0f3b8490-94db-427d-9d62-18dc2abe5ab4" });
    expect(api.fault(operation, { status: 200, type: "application/json; charset=UTF-8", body })).toBeUndefined();
    expect(api.fault(operation, { status: 204, type: "", body: "" })).toBeUndefined();
  });
});

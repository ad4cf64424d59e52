import { Writable } from "node:stream";
import { decodeJwt } from "jose";
import { createCallers } from "../../../runtime/access-token";
import { createKeySet } from "../../../runtime/key-set";
import { createLogger } from "../../../runtime/logger";
import { type Issuer, startIssuer } from "../../issuer";
import { type Answered, type PreferencesService, preferencesService, silent } from "./service";

const nobody = "00000000-0000-4000-8000-000000000000";
const sms = { id: "sms_notifications", enabled: true };

/** Everything that a service which knows its callers has written. */
const lines: Record<string, unknown>[] = [];
const destination = new Writable({
  write: (chunk, _encoding, done) => {
    lines.push(JSON.parse(String(chunk)));
    done();
  },
});
// The access log has no gaps: whatever the level is.
const logger = createLogger({ service: "preferences", level: "error", destination });

let issuer: Issuer;
let service: PreferencesService;
const known = (requestsPerMinute?: number) => {
  const { url, audience } = issuer;
  const keys = createKeySet({ issuer: url, fetch, logger: silent });
  return createCallers({ issuer: url, audience, keys, requestsPerMinute });
};
beforeAll(async () => {
  issuer = await startIssuer();
  service = await preferencesService({ callers: known(), logger });
});
beforeEach(() => lines.splice(0));
afterAll(async () => {
  await service.stop();
  await issuer.stop();
});

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const program = async (...names: string[]) =>
  bearer(await issuer.clientToken(names.map((name) => `preferences:${name}`).join(" ")));
const person = async (subject: string, ...names: string[]) =>
  bearer(await issuer.personToken(subject, names.map((name) => `preferences:${name}`).join(" ")));

let users = 0;
/** A user, made by a program; bound to a subject where one is given. */
async function user(subject?: string): Promise<string> {
  users += 1;
  const headers = await program("write");
  const { body } = await service.post("/users", { email: `somebody-${users}@example.com` }, headers);
  if (subject !== undefined) await service.put(`/users/${body.id}/subject`, { subject }, headers);
  return body.id;
}

type Headers = Record<string, string>;
/** Every operation, on a user, with the scope that it needs. */
const operations: readonly (readonly [
  name: string,
  scope: string,
  ask: (id: string, headers: Headers) => Promise<Answered>,
])[] = [
  ["GET /users", "admin", (_, headers) => service.get("/users?limit=100", headers)],
  ["POST /users", "write", (id, headers) => service.post("/users", { email: `new-${id}@example.com` }, headers)],
  ["GET /users/{id}", "read", (id, headers) => service.get(`/users/${id}`, headers)],
  ["PUT /users/{id}/subject", "write", (id, headers) => service.put(`/users/${id}/subject`, { subject: id }, headers)],
  ["POST /events", "write", (id, headers) => service.post("/events", { user: { id }, consents: [sms] }, headers)],
  ["GET /users/{id}/events", "read", (id, headers) => service.get(`/users/${id}/events`, headers)],
  ["DELETE /users/{id}", "admin", (id, headers) => service.delete(`/users/${id}`, headers)],
];

test("the operations here are all there are, each with its scope, at the issuer that the document names", async () => {
  const { body } = await service.get("/openapi.json");
  const documented = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(Object(methods)).map(([method, operation]) => {
      const { security, responses } = Object(operation);
      return [`${method.toUpperCase()} ${path}`, security, Object.keys(responses)] as const;
    }),
  );
  const expected = operations.map(([name, scope]) => [
    name,
    [{ callers: [`preferences:${scope}`] }],
    expect.arrayContaining(["400", "401", "403", "429", "503"]),
  ]);
  expect(documented).toHaveLength(expected.length);
  expect(documented).toEqual(expect.arrayContaining(expected));
  expect(body.components.securitySchemes).toEqual({
    callers: { type: "openIdConnect", openIdConnectUrl: `${issuer.url}/.well-known/openid-configuration` },
  });
});

test("a service that is open to everybody documents no scope", async () => {
  const open = await preferencesService();
  const { body } = await open.get("/openapi.json");
  expect(JSON.stringify(body)).not.toContain("preferences:");
  expect((await open.get("/caller")).status).toBe(404);
  await open.stop();
});

describe.each(operations)("%s", (_name, scope, ask) => {
  const others = ["read", "write", "admin"].filter((other) => other !== scope);

  test("is answered to a program with the scope", async () => {
    const { status } = await ask(await user(), await program(scope));
    expect([200, 201, 204]).toContain(status);
  });

  test("is refused to a stranger, without a word on what is wrong", async () => {
    const answer = await ask(await user(), {});
    expect([answer.status, answer.headers.get("content-type")]).toEqual([401, "application/problem+json"]);
    expect(answer.headers.get("www-authenticate")).toBe(`Bearer realm="preferences", scope="preferences:${scope}"`);
  });

  test("is refused to a program with every other scope, and told which it needs", async () => {
    const answer = await ask(await user(), await program(...others));
    expect([answer.status, answer.body.detail]).toEqual([403, `The token lacks the scope preferences:${scope}.`]);
    expect(answer.headers.get("www-authenticate")).toBe(
      `Bearer realm="preferences", error="insufficient_scope", error_description="The token lacks the scope preferences:${scope}.", scope="preferences:${scope}"`,
    );
  });

  test("is refused to a token that is not valid", async () => {
    const answer = await ask(await user(), bearer("a.b.c"));
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="preferences", error="invalid_token", /);
  });

  test.each(["Bearer", "Bearer a b", "Bearer a.b.c, Bearer a.b.c", "Bearer ü"])("is refused to %p", async (value) => {
    const answer = await ask(await user(), { Authorization: Buffer.from(value).toString("latin1") });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("www-authenticate")).toMatch(/error="invalid_request"/);
  });

  test("writes who did what to whose data, without an address", async () => {
    const id = await user();
    lines.splice(0);
    await ask(id, await program(scope));
    await ask(id, {});
    await ask(id, await program(...others));
    const written = lines.filter(({ msg }) => msg === "access");
    expect(written).toEqual([
      expect.objectContaining({ subject: "shop", client: "shop", operation: expect.stringContaining(" /") }),
      expect.objectContaining({ status: 401, refused: "Send an access token as `Authorization: Bearer`." }),
      expect.objectContaining({ status: 403, refused: `The token lacks the scope preferences:${scope}.` }),
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/@/);
  });
});

describe("a person's own token", () => {
  test("reads and changes the person's own consents", async () => {
    const id = await user("ada");
    const headers = await person("ada", "read", "write");
    expect((await service.post("/events", { user: { id }, consents: [sms] }, headers)).status).toBe(201);
    expect((await service.get(`/users/${id}`, headers)).body.consents).toEqual([sms]);
    expect((await service.get(`/users/${id}/events`, headers)).body.events).toHaveLength(1);
  });

  test("reads and changes nobody else's, and does not tell whether there is somebody", async () => {
    await user("eve");
    const headers = await person("eve", "read", "write");
    const unbound = await user();
    const other = await user("bob");
    await service.post("/events", { user: { id: other }, consents: [sms] }, await program("write"));
    const answers = [other, unbound, nobody].map(async (id) => [
      await service.get(`/users/${id}`, headers),
      await service.get(`/users/${id}/events`, headers),
      await service.get(`/users/${id}/events?cursor=${Buffer.from("1").toString("base64url")}`, headers),
      await service.post("/events", { user: { id }, consents: [{ ...sms, enabled: false }] }, headers),
      await service.put(`/users/${id}/subject`, { subject: "eve-2" }, headers),
      await service.post("/users", { email: `eve-${id}@example.com` }, headers),
    ]);
    const refusals = (await Promise.all(answers)).flat().map(({ status, headers, body }) => {
      return `${status} ${headers.get("www-authenticate")} ${body.detail}`;
    });
    expect(new Set(refusals).size).toBe(1);
    expect(refusals[0]).toMatch(/^403 Bearer .*error="insufficient_scope".*the person's own consents alone\.$/);
    expect((await service.get(`/users/${other}`, await program("read"))).body.consents).toEqual([sms]);
    const [line] = lines.filter(({ operation, status }) => operation === "POST /events" && status === 403);
    expect(line).toMatchObject({ subject: "eve", client: "shop", refused: expect.stringContaining("own consents") });
  });

  test("finds nothing by the Idempotency-Key of another", async () => {
    const other = await user("carol");
    await user("mallory");
    const event = { user: { id: other }, consents: [sms] };
    const key = { "Idempotency-Key": "shared" };
    expect((await service.post("/events", event, { ...key, ...(await person("carol", "write")) })).status).toBe(201);
    const again = await service.post("/events", event, { ...key, ...(await person("mallory", "write")) });
    expect(again.status).toBe(403);
    const own = await service.post(
      "/events",
      { ...event, consents: [{ ...sms, enabled: false }] },
      { ...key, ...(await program("write")) },
    );
    expect(own.status).toBe(201);
  });

  test("that has the scope admin reaches everybody", async () => {
    const headers = await person("officer", "read", "admin");
    const id = await user("dave");
    expect((await service.get(`/users/${id}`, headers)).status).toBe(200);
    expect((await service.get("/users?limit=1", headers)).status).toBe(200);
  });

  test("reaches nothing once the user is erased, or bound to another subject", async () => {
    const headers = await person("frank", "read");
    const id = await user("frank");
    await service.put(`/users/${id}/subject`, { subject: "frank-anew" }, await program("write"));
    expect((await service.get(`/users/${id}`, headers)).status).toBe(403);
    await service.put(`/users/${id}/subject`, { subject: "frank" }, await program("write"));
    expect((await service.get(`/users/${id}`, headers)).status).toBe(200);
    await service.delete(`/users/${id}`, await program("admin"));
    expect((await service.get(`/users/${id}/events`, headers)).status).toBe(403);
    const rows = await service.database.query("SELECT FROM preferences.users WHERE subject = 'frank'");
    expect(rows).toEqual([]);
  });
});

test("a subject is bound to one user", async () => {
  await user("grace");
  const second = await user();
  const answer = await service.put(`/users/${second}/subject`, { subject: "grace" }, await program("write"));
  expect([answer.status, answer.body.problems[0]?.pointer]).toEqual([422, "/subject"]);
  expect((await service.put(`/users/${nobody}/subject`, { subject: "x" }, await program("write"))).status).toBe(404);
});

test("a caller learns who it is, and a stranger that it is none", async () => {
  const answer = await service.get("/caller", await program("read", "write"));
  expect(answer.body).toEqual({ subject: "shop", client: "shop", scopes: ["preferences:read", "preferences:write"] });
  expect((await service.get("/caller")).status).toBe(401);
});

test("health and documents are there for everybody", async () => {
  for (const path of ["/health", "/openapi.json"]) expect((await service.get(path)).status).toBe(200);
});

describe("the access log", () => {
  test("names everybody whom a page showed, and whoever was made", async () => {
    const created = await service.post("/users", { email: "page@example.com" }, await program("write"));
    const page = await service.get("/users?limit=100", await program("admin"));
    const [made, listed] = lines.filter(({ msg }) => msg === "access");
    expect(made).toMatchObject({ operation: "POST /users", status: 201, people: [created.body.id] });
    expect(listed).toMatchObject({ operation: "GET /users", people: page.body.users.map(({ id }) => id) });
  });

  test("holds no address, wherever a request puts one", async () => {
    const address = "hidden@example.com";
    const subject = "hidden.subject@example.com";
    const headers = { ...(await person(subject, "read", "write", "admin")), "X-Request-Id": address };
    await service.post("/users", { email: address, [address]: 1 }, headers);
    await service.post("/users", { email: address }, headers);
    await service.get(`/users/${address}`, headers);
    await service.get(`/users?limit=1&${address}=1`, headers);
    await service.delete(`/users/${encodeURIComponent(address)}`, headers);
    await service.put(`/users/${address}/subject`, { subject: address }, headers);
    await service.post("/events", { user: { id: address }, consents: [] }, headers);
    await service.post("/users", { email: address }, { ...headers, "Content-Type": address });
    await service.get(`/users/${address}`, { Authorization: `Bearer ${address}` });
    expect(lines.filter(({ msg }) => msg === "access")).toHaveLength(9);
    expect(JSON.stringify(lines)).not.toMatch(/hidden|@/);
    expect(lines[0]?.subject).toMatch(/^sha256:[0-9a-f]{16}$/);
  });
});

describe("a limit of requests a minute", () => {
  test("is answered 429 with Retry-After, and leaves other callers alone", async () => {
    const limited = await preferencesService({ callers: known(5), logger });
    const headers = await program("read");
    const statuses: number[] = [];
    for (let request = 0; request < 12; request += 1) {
      statuses.push((await limited.get(`/users/${nobody}`, headers)).status);
    }
    // A new minute may have begun once.
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status === 404).length).toBeLessThanOrEqual(10);
    const refused = await limited.get(`/users/${nobody}`, headers);
    if (refused.status === 429) expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const office = bearer(await issuer.clientToken("preferences:read", "office"));
    expect((await limited.get(`/users/${nobody}`, office)).status).toBe(404);
    await limited.stop();
  });
});

test("the resolver of mail domains is asked in a caller's name, for its budget", async () => {
  const checkMailDomain = jest.fn(async () => null);
  const own = await preferencesService({ callers: known(), checkMailDomain });
  await own.post("/users", { email: "asked@example.com" }, await program("write"));
  const { sub } = decodeJwt(await issuer.clientToken("preferences:write"));
  expect(checkMailDomain).toHaveBeenCalledWith("asked@example.com", sub);
  await own.stop();
});

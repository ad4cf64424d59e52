import { createDatabase } from "../../../runtime/database";
import { type PreferencesService, preferencesService, silent } from "./service";

const nobody = "00000000-0000-0000-0000-000000000000";
const email = (enabled: boolean) => ({ id: "email_notifications", enabled });
const sms = (enabled: boolean) => ({ id: "sms_notifications", enabled });

let service: PreferencesService;
beforeAll(async () => {
  service = await preferencesService();
});
afterAll(() => service.stop());

describe("the contract", () => {
  test("creates a user, applies events in order, and answers the current consents", async () => {
    const created = await service.post("/users", { email: "valid@email.com" });
    expect(created).toMatchObject({ status: 201, body: { email: "valid@email.com", consents: [] } });
    const { id } = created.body;
    expect(created.headers.get("location")).toBe(`users/${id}`);

    const first = await service.post("/events", { user: { id }, consents: [email(true)] });
    expect(first).toMatchObject({ status: 201, body: { user: { id }, sequence: 1, consents: [email(true)] } });
    await service.post("/events", { user: { id }, consents: [sms(true), email(false)] });

    expect((await service.get(`/users/${id}`)).body).toEqual({
      id,
      email: "valid@email.com",
      consents: [email(false), sms(true)],
    });
    const history = await service.get(`/users/${id}/events`);
    expect(history.body).toMatchObject({
      events: [
        { sequence: 1, consents: [email(true)] },
        { sequence: 2, consents: [email(false), sms(true)] },
      ],
      next: null,
    });
  });

  test("answers 422 to an address that is invalid, or taken in whatever case", async () => {
    await service.post("/users", { email: "Mixed@Case.com" });
    for (const address of ["mixed@case.COM", "no-address", "", "a@b", `${"a".repeat(250)}@b.co`]) {
      const { status, body } = await service.post("/users", { email: address });
      expect([status, body.problems[0]?.pointer]).toEqual([422, "/email"]);
    }
  });

  test("takes an internationalised domain in either of its forms for one", async () => {
    // The pair is the one of RFC 3492 and of the DNS, for a name under the domain that RFC 2606 reserves.
    const created = await service.post("/users", { email: "Reader@Bücher.example" });
    expect([created.status, created.body.email]).toEqual([201, "Reader@xn--bcher-kva.example"]);
    expect((await service.post("/users", { email: "reader@xn--bcher-kva.example" })).status).toBe(422);
  });

  test("knows nothing of an unknown user", async () => {
    expect((await service.get(`/users/${nobody}`)).status).toBe(404);
    expect((await service.get(`/users/${nobody}/events`)).status).toBe(404);
    expect((await service.delete(`/users/${nobody}`)).status).toBe(404);
    const event = await service.post("/events", { user: { id: nobody }, consents: [sms(true)] });
    expect([event.status, event.body.problems[0]?.pointer]).toEqual([422, "/user/id"]);
  });

  test("refuses methods that a path does not have", async () => {
    const answer = await service.delete("/users");
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST, GET, HEAD"]);
    expect((await service.delete("/events")).status).toBe(405);
  });
});

describe("pages", () => {
  test("show every user once, in one order, and end", async () => {
    const own = await preferencesService();
    const created = await Promise.all(Array.from({ length: 7 }, () => own.user()));
    const seen: string[] = [];
    let next: string | null = "";
    while (next !== null) {
      const { body } = await own.get(`/users?limit=3${next && `&cursor=${next}`}`);
      expect(body.users.length).toBeLessThanOrEqual(3);
      seen.push(...body.users.map(({ id }) => id));
      next = body.next;
    }
    expect(seen).toEqual([...created].sort());
    await own.stop();
  });

  test("of a history continue where the last one ended", async () => {
    const id = await service.user();
    for (const enabled of [true, false, true])
      await service.post("/events", { user: { id }, consents: [sms(enabled)] });
    const first = await service.get(`/users/${id}/events?limit=2`);
    const second = await service.get(`/users/${id}/events?limit=2&cursor=${first.body.next}`);
    expect(first.body.events.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(second.body).toMatchObject({ events: [{ sequence: 3 }], next: null });
  });

  test.each([
    "limit=0",
    "limit=101",
    "limit=1e1",
    "limit=",
    "cursor=!",
    "cursor=AAAA",
    `cursor=${"A".repeat(65)}`,
    "page=2",
  ])("refuse ?%s", async (query) => {
    expect((await service.get(`/users?${query}`)).status).toBe(422);
    expect((await service.get(`/users/${nobody}/events?${query}`)).status).toBe(422);
  });
});

describe("erasing a user", () => {
  test("forgets the address everywhere, keeps the history, and frees the address", async () => {
    const address = "forget-me@example.com";
    const { body: user } = await service.post("/users", { email: address }, { "Idempotency-Key": "erase-1" });
    await service.post("/events", { user: { id: user.id }, consents: [sms(true)] });
    expect((await service.delete(`/users/${user.id}`)).status).toBe(204);

    expect((await service.get(`/users/${user.id}`)).status).toBe(404);
    expect((await service.delete(`/users/${user.id}`)).status).toBe(404);
    expect((await service.get(`/users/${user.id}/events`)).body.events).toHaveLength(1);
    expect((await service.post("/events", { user: { id: user.id }, consents: [sms(true)] })).status).toBe(422);
    const rows = await service.database.query(
      `SELECT u::text FROM preferences.users u WHERE u::text LIKE '%forget-me%'
       UNION ALL SELECT key FROM preferences.idempotency_keys WHERE user_id = $1`,
      [user.id],
    );
    expect(rows).toEqual([]);
    const successor = await service.post("/users", { email: address });
    expect(successor.status).toBe(201);
    expect(successor.body.id).not.toBe(user.id);
  });
});

describe("an Idempotency-Key", () => {
  test("makes a retry answer the same, and another body 422", async () => {
    const key = { "Idempotency-Key": "users-1" };
    const first = await service.post("/users", { email: "once@example.com" }, key);
    expect(await service.post("/users", { email: "once@example.com" }, key)).toMatchObject({
      status: 201,
      body: first.body,
    });
    expect((await service.post("/users", { email: "other@example.com" }, key)).status).toBe(422);

    const event = { user: { id: first.body.id }, consents: [email(true)] };
    const made = await service.post("/events", event, key);
    await service.post("/events", { user: { id: first.body.id }, consents: [email(false)] });
    expect((await service.post("/events", event, key)).body).toEqual(made.body);
    expect((await service.get(`/users/${first.body.id}`)).body.consents).toEqual([email(false)]);
    expect((await service.post("/events", { ...event, consents: [sms(true)] }, key)).status).toBe(422);
  });

  test("used by many at the same moment makes one user and one event", async () => {
    const key = { "Idempotency-Key": "users-2" };
    const many = <T>(work: () => Promise<T>) => Promise.all(Array.from({ length: 20 }, work));
    const users = await many(() => service.post("/users", { email: "race@example.com" }, key));
    expect(new Set(users.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    const event = { user: { id: users[0]?.body.id }, consents: [email(true)] };
    const events = await many(() => service.post("/events", event, key));
    expect(new Set(events.map(({ status, body }) => `${status} ${body.sequence}`))).toEqual(new Set(["201 1"]));
  });

  test("is not spent by a request that failed", async () => {
    const key = { "Idempotency-Key": "users-3" };
    expect((await service.post("/users", { email: "nope" }, key)).status).toBe(422);
    expect((await service.post("/users", { email: "spent@example.com" }, key)).status).toBe(201);
  });

  test("is forgotten after a day, two for each new one", async () => {
    const id = await service.user();
    await service.database.query(
      `INSERT INTO preferences.idempotency_keys (operation, key, request, user_id, created_at)
       SELECT 'users', 'old-' || n, sha256(''), $1, now() - interval '25 hours' FROM generate_series(1, 3) n`,
      [id],
    );
    const old = async () =>
      (await service.database.query("SELECT FROM preferences.idempotency_keys WHERE key LIKE 'old-%'")).length;
    await service.post("/users", { email: "tidy-1@example.com" }, { "Idempotency-Key": "tidy-1" });
    expect(await old()).toBe(1);
    await service.post("/users", { email: "tidy-2@example.com" }, { "Idempotency-Key": "tidy-2" });
    expect(await old()).toBe(0);
  });

  test.each(["", "ü", "x".repeat(256), "two words"])("of a wrong form is refused: %p", async (key) => {
    const init = { email: "form@example.com" };
    // A header cannot carry ü at all but as bytes; encode it as a client would.
    const header = Buffer.from(key).toString("latin1");
    expect((await service.post("/users", init, { "Idempotency-Key": header })).status).toBe(422);
  });
});

describe("the database itself", () => {
  test.each([
    ["UPDATE of an event", "UPDATE preferences.events SET sequence = 2"],
    ["DELETE of an event", "DELETE FROM preferences.events"],
    ["TRUNCATE of the events", "TRUNCATE preferences.events"],
    ["DELETE of a user", "DELETE FROM preferences.users"],
    ["a table of one's own", "CREATE TABLE preferences.mine (id int)"],
    ["a look at the other product", "SELECT * FROM loyalty.users"],
  ])("refuses the application's role %s", async (_, statement) => {
    await expect(service.database.query(statement)).rejects.toMatchObject({ code: "42501" });
  });

  test("limits how long a statement of the role may take", async () => {
    const [limit] = await service.database.query("SHOW statement_timeout");
    expect(limit).toEqual({ statement_timeout: "5s" });
  });
});

test("every answer of the OpenAPI document is reachable as documented", async () => {
  const { body } = await service.get("/openapi.json");
  expect(Object.keys(body.paths)).toEqual([
    "/users",
    "/users/{id}",
    "/users/{id}/subject",
    "/events",
    "/users/{id}/events",
  ]);
  expect(body.components.schemas.NewUser).toMatchObject({
    additionalProperties: false,
    properties: { email: { type: "string", format: "email", maxLength: 254 } },
  });
});

test("is healthy without its database, deeply healthy only with it", async () => {
  const database = createDatabase({ DATABASE_URL: "postgres://a:b@127.0.0.1:1/x", DATABASE_POOL_SIZE: 1 }, silent);
  const own = await preferencesService({ database });
  expect((await own.get("/health")).status).toBe(200);
  const deep = await own.get("/health?deep");
  expect([deep.status, deep.headers.get("retry-after")]).toEqual([503, "1"]);
  expect((await service.get("/health?deep")).status).toBe(200);
  await Promise.all([database.close(), own.stop()]);
});

test("the parameters of the OpenAPI document say what may be left out", async () => {
  const { paths } = (await service.get("/openapi.json")).body;
  expect(paths["/users"]).toMatchObject({
    post: { parameters: [{ name: "idempotency-key", in: "header", required: false }] },
    get: {
      parameters: [
        { name: "limit", in: "query", required: false },
        { name: "cursor", in: "query", required: false },
      ],
    },
  });
  expect(paths["/users/{id}"]).toMatchObject({ get: { parameters: [{ name: "id", in: "path", required: true }] } });
});

test("what the resolver said of an address is on record until the user is erased", async () => {
  const own = await preferencesService({ checkMailDomain: async () => "unknown" });
  const id = await own.user();
  const recorded = () => own.database.query("SELECT mail_domain FROM preferences.users WHERE id = $1", [id]);
  expect(await recorded()).toEqual([{ mail_domain: "unknown" }]);
  await own.delete(`/users/${id}`);
  expect(await recorded()).toEqual([{ mail_domain: null }]);
  expect((await own.get("/users")).body).toEqual({ users: [], next: null });
  await own.stop();
});

test("a user without events has an empty history", async () => {
  const id = await service.user();
  expect(await service.get(`/users/${id}/events`)).toMatchObject({ status: 200, body: { events: [], next: null } });
});

test("a page has 20 entries unless asked otherwise, and the last one says so even when it is full", async () => {
  const own = await preferencesService();
  await own.database.query(
    "INSERT INTO preferences.users (email) SELECT 'page-' || n || '@example.com' FROM generate_series(1, 21) n",
  );
  const first = (await own.get("/users")).body;
  expect([first.users.length, typeof first.next]).toEqual([20, "string"]);
  const all = (await own.get("/users?limit=21")).body;
  expect([all.users.length, all.next]).toEqual([21, null]);
  await own.stop();
});

test("a cursor beyond PostgreSQL's integer is refused", async () => {
  const cursor = Buffer.from("9999999999").toString("base64url");
  expect((await service.get(`/users/${nobody}/events?cursor=${cursor}`)).status).toBe(422);
});

test("an Idempotency-Key is kept for a day", async () => {
  const id = await service.user();
  await service.database.query(
    `INSERT INTO preferences.idempotency_keys (operation, key, request, user_id, created_at)
     VALUES ('users', 'kept-1', sha256(''), $1, now() - interval '23 hours')`,
    [id],
  );
  await service.post("/users", { email: "kept@example.com" }, { "Idempotency-Key": "kept-2" });
  const kept = await service.database.query("SELECT FROM preferences.idempotency_keys WHERE key = 'kept-1'");
  expect(kept).toHaveLength(1);
});

import fc from "fast-check";
import { type PreferencesService, preferencesService } from "./service";

let service: PreferencesService;
let id: string;
beforeAll(async () => {
  service = await preferencesService();
  id = await service.user();
});
afterAll(() => service.stop());

const sendRaw = async (path: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  service.api.fetch(
    new Request(`http://preferences${path}`, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/json", ...headers },
    }),
  );

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const consent = { id: "sms_notifications", enabled: true };

describe("a bad user is refused", () => {
  test.each<[string, unknown]>([
    ["nothing", null],
    ["an array", []],
    ["a string", "valid@email.com"],
    ["no address", {}],
    ["null for an address", { email: null }],
    ["a number for an address", { email: 1 }],
    ["an array for an address", { email: ["valid@email.com"] }],
    ["a field too many", { email: "extra@email.com", admin: true }],
    ["a prototype", JSON.parse('{"email":"proto@email.com","__proto__":{"admin":true}}')],
    ["NUL in the address", { email: "nul\u0000@email.com" }],
    ["a line break in the address", { email: "line@email.com\n" }],
    ["letters beyond ASCII before the @", { email: "jürgen@email.com" }],
    ["a domain of symbols", { email: "a@i❤.ws" }],
    ["a domain that hides ASCII behind percent signs", { email: "a@%41ü.com" }],
    ["a lone surrogate", { email: "\ud800@email.com" }],
    ["a right-to-left override", { email: "a\u202e@email.com" }],
    ["a long address", { email: `${"a".repeat(12_000)}@email.com` }],
    ["65 characters before the @", { email: `${"a".repeat(65)}@email.com` }],
    ["a domain label of 64 characters", { email: `a@${"a".repeat(64)}.com` }],
    ["a domain label that ends with a hyphen", { email: "a@email-.com" }],
    ["two addresses", { email: "a@email.com,b@email.com" }],
  ])("for %s", async (_, body) => {
    expect((await service.post("/users", body)).status).toBe(422);
  });

  test.each([
    ["jürgen@email.com", "only ASCII before the @ (RFC 5321)"],
    ["a@i❤.ws", "a domain without an ASCII form (RFC 5890)"],
    [`a@${"ü".repeat(60)}.com`, "at most 63 characters in a domain label (RFC 1035)"],
    ["a@email", "Invalid email address"],
  ])("with the reason: %s", async (email, detail) => {
    expect((await service.post("/users", { email })).body.problems).toEqual([
      { in: "body", pointer: "/email", detail },
    ]);
  });
});

describe("a bad event is refused", () => {
  test.each<[string, (user: { id: string }) => unknown]>([
    ["no user", () => ({ consents: [consent] })],
    ["a user who is a string", ({ id }) => ({ user: id, consents: [consent] })],
    ["an id that is no UUID", () => ({ user: { id: "1 OR 1=1" }, consents: [consent] })],
    ["an id with NUL", () => ({ user: { id: "\u0000" }, consents: [consent] })],
    ["more about the user", (user) => ({ user: { ...user, email: "a@b.co" }, consents: [consent] })],
    ["no consents", (user) => ({ user })],
    ["an empty list", (user) => ({ user, consents: [] })],
    ["consents that are no list", (user) => ({ user, consents: consent })],
    ["an unknown consent", (user) => ({ user, consents: [{ id: "carrier_pigeon", enabled: true }] })],
    ["a consent named as a prototype", (user) => ({ user, consents: [{ id: "__proto__", enabled: true }] })],
    ["a choice that is a string", (user) => ({ user, consents: [{ ...consent, enabled: "true" }] })],
    ["a choice that is a number", (user) => ({ user, consents: [{ ...consent, enabled: 1 }] })],
    ["a choice left open", (user) => ({ user, consents: [{ id: consent.id }] })],
    ["one consent twice", (user) => ({ user, consents: [consent, { ...consent, enabled: false }] })],
    ["three consents", (user) => ({ user, consents: [consent, consent, consent] })],
    ["a field too many in a consent", (user) => ({ user, consents: [{ ...consent, at: 1 }] })],
  ])("for %s", async (_, body) => {
    expect((await service.post("/events", body({ id }))).status).toBe(422);
  });
});

describe("a bad body is refused", () => {
  test.each(["/users", "/events"])("at %s", async (path) => {
    expect((await sendRaw(path, "")).status).toBe(422);
    expect((await sendRaw(path, '{"email":')).status).toBe(422);
    expect((await sendRaw(path, new Uint8Array([0xc3, 0x28]))).status).toBe(422);
    expect((await sendRaw(path, nested(8000))).status).toBe(422);
    expect((await sendRaw(path, nested(10_000_000))).status).toBe(413);
    expect((await sendRaw(path, `{"email":"a@b.co"}${" ".repeat(20_000)}`)).status).toBe(413);
    expect((await sendRaw(path, "email=a@b.co", { "Content-Type": "application/x-www-form-urlencoded" })).status).toBe(
      415,
    );
  });
});

describe("a bad id is refused", () => {
  test.each(["1", "null", "%00", "..%2f..%2fetc", "%ff", "%E2%80%AE", "a".repeat(5000), "'; DROP TABLE users; --"])(
    "in a path: %p",
    async (segment) => {
      expect((await service.get(`/users/${segment}`)).status).toBe(422);
      expect((await service.delete(`/users/${segment}`)).status).toBe(422);
      expect((await service.get(`/users/${segment}/events`)).status).toBe(422);
    },
  );
});

test("nothing that JSON can say makes a 500", async () => {
  const paths = fc.constantFrom("/users", "/events");
  await fc.assert(
    fc.asyncProperty(paths, fc.json({ maxDepth: 5 }), async (path, body) => {
      expect((await sendRaw(path, body)).status).toBe(422);
    }),
    { numRuns: 300 },
  );
});

test("nothing that a URL can say makes a 500", async () => {
  const text = fc.string({ unit: "binary", maxLength: 40 }).map(encodeURIComponent);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("/users/X", "/users/X/events", "/users?cursor=X", "/users?limit=X", "/X"),
      text,
      async (path, value) => {
        expect((await service.get(path.replace("X", value))).status).toBeLessThan(500);
      },
    ),
    { numRuns: 300 },
  );
});

import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createCallers } from "../../runtime/access-token";
import { type Callers, callers as callersResource } from "../../runtime/callers";
import { parseEnvironment } from "../../runtime/environment";
import { createKeySet, keySetLimits } from "../../runtime/key-set";
import { createLogger } from "../../runtime/logger";
import { Problem } from "../../runtime/problem";
import { encoded, forged, type Issuer, issuerKey, startIssuer } from "../issuer";

const logger = createLogger({ service: "test", level: "silent" });

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
});
/** Issuers of single tests, which change or end them. */
const others: Issuer[] = [];
async function anotherIssuer(): Promise<Issuer> {
  const other = await startIssuer();
  others.push(other);
  return other;
}
afterAll(() => Promise.all([issuer, ...others].map(({ stop }) => stop())));

/** The service's side, with a clock of its own and a count of what it asks the issuer. */
function service(options: { fetch?: typeof fetch; issuer?: string } = {}) {
  let moment = Date.now();
  const asked: string[] = [];
  const counted: typeof fetch = (input, init) => {
    asked.push(String(input));
    return (options.fetch ?? fetch)(input, init);
  };
  const { url, audience } = issuer;
  const keys = createKeySet({ issuer: options.issuer ?? url, fetch: counted, logger, now: () => moment });
  return {
    callers: createCallers({ issuer: options.issuer ?? url, audience, keys }),
    asked,
    pass: (milliseconds: number) => {
      moment += milliseconds;
    },
  };
}

/** What the service makes of a token: the caller's subject, or the status. */
async function outcome(callers: Callers, token: string): Promise<string | number> {
  return callers.admit(`Bearer ${token}`, "preferences").then(
    ({ subject }) => subject,
    (error: unknown) => (error instanceof Problem ? error.status : String(error)),
  );
}

const now = () => Math.floor(Date.now() / 1000);
const header = () => ({ alg: "ES256", typ: "at+jwt", kid: issuer.key.kid });
const payload = () => ({
  iss: issuer.url,
  aud: issuer.audience,
  sub: "shop",
  client_id: "shop",
  scope: "preferences:read",
  iat: now(),
  exp: now() + 600,
});
const signed = (changedHeader: object = {}, changedPayload: object = {}) =>
  forged({ ...header(), ...changedHeader }, { ...payload(), ...changedPayload }, issuer.key.privateKey);

describe("the variables", () => {
  const parsed = (env: Record<string, string>) => parseEnvironment(callersResource.variables, env);
  const audience = "https://api.example.com";

  test("of an issuer and an audience are set together, or neither, and then everybody may call", () => {
    expect(parsed({ CALLERS_ISSUER: "https://identity.example.com", CALLERS_AUDIENCE: audience })).toBeDefined();
    expect(parsed({ CALLERS_ISSUER: "" })).toEqual({});
    expect(() => parsed({ CALLERS_ISSUER: "https://identity.example.com" })).toThrow(/CALLERS_AUDIENCE/);
    expect(() => parsed({ CALLERS_AUDIENCE: audience })).toThrow(/CALLERS_AUDIENCE/);
  });

  test.each(["http://identity.example.com", "http://localhost.example.com", "ftp://localhost", "identity"])(
    "name no issuer that is not safe to reach: %p",
    (url) => {
      expect(() => parsed({ CALLERS_ISSUER: url, CALLERS_AUDIENCE: audience })).toThrow(/CALLERS_ISSUER is invalid/);
    },
  );

  test("may name an issuer on this machine in the clear", () => {
    expect(parsed({ CALLERS_ISSUER: "http://localhost:9000", CALLERS_AUDIENCE: audience })).toBeDefined();
  });

  test.each(["0", "-1", "1.5", "many"])("take no limit of %p requests a minute", (limit) => {
    expect(() => parsed({ CALLERS_REQUESTS_PER_MINUTE: limit })).toThrow(/CALLERS_REQUESTS_PER_MINUTE is invalid/);
  });
});

describe("a token of the issuer", () => {
  test("by client credentials is the client's own, with its scopes", async () => {
    const token = await issuer.clientToken("preferences:read preferences:admin");
    expect(await service().callers.admit(`Bearer ${token}`, "preferences", "preferences:admin")).toEqual({
      subject: "shop",
      client: "shop",
      scopes: new Set(["preferences:read", "preferences:admin"]),
      isPerson: false,
    });
  });

  test("of somebody who logged in is that person's", async () => {
    const token = await issuer.personToken("ada", "preferences:read");
    expect(await service().callers.admit(`bearer  ${token}`, "preferences")).toMatchObject({
      subject: "ada",
      client: "shop",
      isPerson: true,
    });
  });

  test("is accepted until five seconds after its end, for clocks differ, and not a second longer", async () => {
    const { callers } = service();
    expect(await outcome(callers, signed({}, { exp: now() - 1 }))).toBe("shop");
    expect(await outcome(callers, signed({}, { exp: now() - 6 }))).toBe(401);
  });

  test("that was found good is remembered, but not beyond its own end", async () => {
    let moment = Date.now();
    const { url, audience } = issuer;
    const keys = createKeySet({ issuer: url, fetch, logger });
    const callers = createCallers({ issuer: url, audience, keys, now: () => new Date(moment) });
    const token = signed({}, { exp: now() + 20 });
    expect(await outcome(callers, token)).toBe("shop");
    moment += 24_000;
    expect(await outcome(callers, token)).toBe("shop");
    moment += 2_000;
    expect(await outcome(callers, token)).toBe(401);
  });

  test("that was found good says nothing of another", async () => {
    const { callers } = service();
    const good = signed();
    expect(await outcome(callers, good)).toBe("shop");
    for (const other of [
      `${good}A`,
      good.slice(0, -1),
      good.replace(/\.[^.]+\./, `.${encoded({ ...payload(), sub: "office" })}.`),
    ]) {
      expect(await outcome(callers, other)).toBe(401);
    }
    expect(await outcome(callers, good)).toBe("shop");
  });

  test("is remembered with a thousand others, and found good again after that", async () => {
    const { callers } = service();
    const tokens = Array.from({ length: 1_001 }, (_, number) => signed({}, { jti: String(number) }));
    for (const token of tokens) expect(await outcome(callers, token)).toBe("shop");
    for (const token of tokens.slice(0, 2)) expect(await outcome(callers, token)).toBe("shop");
  });
});

test("the forging of this test is right: without a fault its token is accepted", async () => {
  expect(await outcome(service().callers, signed())).toBe("shop");
});

/** RFC 8725 and RFC 7515, one attack a line. */
const attacks: readonly (readonly [string, () => string])[] = [
  ["no signature and the algorithm none", () => `${encoded({ ...header(), alg: "none" })}.${encoded(payload())}.`],
  ["the algorithm nOnE", () => signed({ alg: "nOnE" })],
  ["no signature at all", () => signed().replace(/[^.]+$/, "")],
  [
    "HS256 with the public key for a secret",
    () => {
      const secret = issuer.key.publicKey.export({ format: "pem", type: "spki" });
      const input = `${encoded({ ...header(), alg: "HS256" })}.${encoded(payload())}`;
      return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
    },
  ],
  ["another key under the issuer's key id", () => forged(header(), payload(), issuerKey("x").privateKey)],
  [
    "its own key in its header",
    () => {
      const own = issuerKey("own");
      const jwk = own.publicKey.export({ format: "jwk" });
      return forged({ ...header(), kid: undefined, jwk }, payload(), own.privateKey);
    },
  ],
  [
    "an RSA signature under the id of an EC key",
    () => {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const input = `${encoded({ ...header(), alg: "RS256" })}.${encoded(payload())}`;
      return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
    },
  ],
  ["a signature of nothing but noughts", () => signed().replace(/[^.]+$/, Buffer.alloc(64).toString("base64url"))],
  ["a payload that was changed", () => signed().replace(/\.[^.]+\./, `.${encoded({ ...payload(), sub: "office" })}.`)],
  ["the type of an ID token", () => signed({ typ: "JWT" })],
  ["no type", () => signed({ typ: undefined })],
  ["another issuer", () => signed({}, { iss: "https://elsewhere.example.com" })],
  ["no issuer", () => signed({}, { iss: undefined })],
  ["another audience", () => signed({}, { aud: "https://other.example.com" })],
  ["an audience that begins like ours", () => signed({}, { aud: `${issuer.audience}.example.org` })],
  ["no audience", () => signed({}, { aud: undefined })],
  ["its end an hour ago", () => signed({}, { exp: now() - 3600 })],
  ["no end", () => signed({}, { exp: undefined })],
  ["an end that is a text", () => signed({}, { exp: String(now() + 600) })],
  ["its beginning in an hour", () => signed({}, { nbf: now() + 3600 })],
  ["its birth in an hour", () => signed({}, { iat: now() + 3600, exp: now() + 7200 })],
  ["its birth a day ago, whatever its end", () => signed({}, { iat: now() - 86_410 })],
  ["no subject", () => signed({}, { sub: undefined })],
  ["an empty subject", () => signed({}, { sub: "" })],
  ["a subject with a line break", () => signed({}, { sub: "ada\nadmin" })],
  ["a subject with NUL", () => signed({}, { sub: "ada\0" })],
  ["no client", () => signed({}, { client_id: undefined })],
  ["a scope that is a list", () => signed({}, { scope: ["preferences:read"] })],
  ["a critical extension that nobody knows", () => signed({ crit: ["shoe"], shoe: 42 })],
  ["a payload that is not encoded", () => signed({ b64: false, crit: ["b64"] })],
  ["a key id that is a path", () => signed({ kid: "../../../dev/null" })],
  ["a key id that is SQL", () => signed({ kid: "' UNION SELECT 'secret' --" })],
  ["a key id of a prototype", () => signed({ kid: "__proto__" })],
  ["a list of key ids", () => signed({ kid: [issuer.key.kid] })],
  ["ten thousand characters", () => signed({}, { padding: "x".repeat(10_000) })],
  ["five parts, as if it were encrypted", () => `${signed()}.x.y`],
  ["a header that is no JSON", () => signed().replace(/^[^.]+/, "AAAA")],
];

describe("a token is refused with 401 that has", () => {
  test.each(attacks)("%s", async (_, token) => {
    const { callers } = service();
    expect(await outcome(callers, signed())).toBe("shop");
    expect(await outcome(callers, token())).toBe(401);
  });

  test("a forger's key, wherever its header says that key is, and nobody looks there", async () => {
    const own = issuerKey("own");
    const visits: (string | undefined)[] = [];
    const elsewhere = createServer((request, response) => {
      visits.push(request.url);
      response.end(JSON.stringify({ keys: [{ ...own.publicKey.export({ format: "jwk" }), kid: "own" }] }));
    }).listen(0, "127.0.0.1");
    await once(elsewhere, "listening");
    const address = elsewhere.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/keys`;
    const { callers, asked } = service();
    for (const where of [{ jku: url }, { x5u: url }, { jku: url, x5u: url, x5c: ["MIIB"], x5t: "AA" }]) {
      const token = forged({ alg: "ES256", typ: "at+jwt", kid: "own", ...where }, payload(), own.privateKey);
      expect(await outcome(callers, token)).toBe(401);
    }
    expect(visits).toEqual([]);
    expect(asked.filter((visited) => !visited.startsWith(issuer.url))).toEqual([]);
    elsewhere.close();
  });
});

describe("the issuer's keys", () => {
  test("are read once for many tokens", async () => {
    const { callers, asked } = service();
    await Promise.all(Array.from({ length: 50 }, () => outcome(callers, signed())));
    await outcome(callers, signed());
    expect(asked).toEqual([`${issuer.url}/.well-known/openid-configuration`, `${issuer.url}/jwks`]);
  });

  test("are read again for an unknown one, but only after a pause, however many are made up", async () => {
    const { callers, asked, pass } = service();
    expect(await outcome(callers, signed())).toBe("shop");
    for (let round = 0; round < 100; round += 1) expect(await outcome(callers, signed({ kid: `k${round}` }))).toBe(401);
    expect(asked).toHaveLength(2);
    pass(keySetLimits.pause);
    for (let round = 0; round < 100; round += 1) expect(await outcome(callers, signed({ kid: `k${round}` }))).toBe(401);
    expect(asked).toHaveLength(4);
  });

  test("that are new are found, and one that was withdrawn ends", async () => {
    const own = await anotherIssuer();
    const moments = { keys: Date.now(), tokens: Date.now() };
    const keys = createKeySet({ issuer: own.url, fetch, logger, now: () => moments.keys });
    const { url, audience } = own;
    const callers = createCallers({ issuer: url, audience, keys, now: () => new Date(moments.tokens) });
    const before = await own.clientToken("preferences:read");
    expect(await outcome(callers, before)).toBe("shop");

    await own.restart(issuerKey("second"));
    const after = await own.clientToken("preferences:read");
    moments.keys += keySetLimits.pause;
    expect(await outcome(callers, after)).toBe("shop");
    expect(await outcome(callers, before)).toBe(401);

    await own.restart(issuerKey("third"));
    expect(await outcome(callers, after)).toBe("shop");
    // What was found good is remembered for a minute; then the keys are old enough to be read again.
    moments.keys += keySetLimits.age;
    moments.tokens += 60_000;
    expect(await outcome(callers, after)).toBe(401);
  });

  test("that are known go on working while the issuer is away, and an unknown one is answered 503", async () => {
    const own = await anotherIssuer();
    const { callers, asked, pass } = service({ issuer: own.url });
    const token = await own.clientToken("preferences:read");
    const unknown = forged(
      { alg: "ES256", typ: "at+jwt", kid: "new" },
      { ...payload(), iss: own.url },
      own.key.privateKey,
    );
    expect(await outcome(callers, token)).toBe("shop");
    await own.stop();

    pass(keySetLimits.age);
    expect(await outcome(callers, token)).toBe("shop");
    // That one was found good before; this one never was.
    const another = (jti: string) =>
      forged({ ...header(), kid: own.key.kid }, { ...payload(), iss: own.url, jti }, own.key.privateKey);
    expect(await outcome(callers, another("1"))).toBe("shop");
    await expect(callers.admit(`Bearer ${unknown}`, "preferences")).rejects.toMatchObject({
      status: 503,
      headers: { "Retry-After": "5" },
    });
    const before = asked.length;
    for (let round = 0; round < 50; round += 1) expect(await outcome(callers, unknown)).toBe(503);
    expect(asked).toHaveLength(before);
    expect(await outcome(callers, another("2"))).toBe("shop");
  });

  test("are waited for no longer than two seconds", async () => {
    const never: typeof fetch = (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      });
    expect(await outcome(service({ fetch: never }).callers, signed())).toBe(503);
  });
});

describe("an issuer is not believed that", () => {
  let server: Server;
  let answer: (path: string) => { status?: number; headers?: Record<string, string>; body?: unknown };
  let url: string;
  beforeAll(async () => {
    server = createServer(({ url: path = "" }, response) => {
      const { status = 200, headers = {}, body = {} } = answer(path);
      response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  });
  afterAll(() => {
    server.close();
  });
  const found = () => ({ issuer: url, jwks_uri: `${url}/jwks` });
  const keys = () => ({ keys: [{ ...issuer.key.publicKey.export({ format: "jwk" }), kid: "first", use: "sig" }] });
  const asOf = (path: string, discovery: object = found(), set: unknown = keys()) =>
    path === "/jwks" ? { body: set } : { body: discovery };
  const token = () => signed({}, { iss: url });

  test("is right, to show that the others are wrong", async () => {
    answer = (path) => asOf(path);
    expect(await outcome(service({ issuer: url }).callers, token())).toBe("shop");
  });

  test.each<[string, (path: string) => ReturnType<typeof answer>]>([
    ["says that it is another one", (path) => asOf(path, { ...found(), issuer: "https://elsewhere.example.com" })],
    ["says that it is nearly the same", (path) => asOf(path, { ...found(), issuer: `${url}/` })],
    ["names no key set", (path) => asOf(path, { issuer: url })],
    ["keeps its keys in a file", (path) => asOf(path, { ...found(), jwks_uri: "file:///etc/passwd" })],
    [
      "sends elsewhere for its keys",
      (path) =>
        path === "/jwks"
          ? { status: 302, headers: { Location: "/elsewhere" } }
          : path === "/elsewhere"
            ? { body: keys() }
            : asOf(path),
    ],
    ["has a key set without keys", (path) => asOf(path, found(), {})],
    ["has a key set that never ends", (path) => asOf(path, found(), { ...keys(), padding: "x".repeat(300_000) })],
    ["answers no JSON", (path) => (path === "/jwks" ? { body: "<html>" } : asOf(path))],
    ["answers an error", (path) => ({ status: 500, ...asOf(path) })],
  ])("%s", async (_, wrong) => {
    answer = wrong;
    expect(await outcome(service({ issuer: url }).callers, token())).toBe(503);
  });

  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const secret = Buffer.alloc(32, 7);
  /** A token of this issuer that names the key "first", by any way of signing. */
  const signedBy = (alg: string, signature: (input: string) => Buffer) => {
    const input = `${encoded({ alg, typ: "at+jwt", kid: "first" })}.${encoded({ ...payload(), iss: url })}`;
    return `${input}.${signature(input).toString("base64url")}`;
  };
  const byRsa = (hash: string) => (input: string) => sign(hash, Buffer.from(input), rsa.privateKey);

  test("offers an RSA key: a token is good by it with SHA-256, and by no algorithm that is not ours", async () => {
    answer = (path) => asOf(path, found(), { keys: [{ ...rsa.publicKey.export({ format: "jwk" }), kid: "first" }] });
    const { callers } = service({ issuer: url });
    expect(await outcome(callers, signedBy("RS256", byRsa("sha256")))).toBe("shop");
    expect(await outcome(callers, signedBy("RS384", byRsa("sha384")))).toBe(401);
    expect(await outcome(callers, signedBy("RS512", byRsa("sha512")))).toBe(401);
  });

  test("offers a secret key: no token is good by it", async () => {
    answer = (path) =>
      asOf(path, found(), { keys: [{ kty: "oct", k: secret.toString("base64url"), kid: "first", alg: "HS256" }] });
    const byHmac = signedBy("HS256", (input) => createHmac("sha256", secret).update(input).digest());
    expect(await outcome(service({ issuer: url }).callers, byHmac)).toBe(401);
  });

  test.each<[string, () => object]>([
    ["a key for encryption", () => ({ ...keys().keys[0], use: "enc" })],
    [
      "an RSA key of 1,024 bits",
      () => ({
        ...generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" }),
        kid: "first",
      }),
    ],
  ])("offers %s: no token is good by it", async (_, key) => {
    answer = (path) => asOf(path, found(), { keys: [key()] });
    expect(await outcome(service({ issuer: url }).callers, token())).toBe(401);
  });
});

import { createHmac, randomUUID } from "node:crypto";
import type { Attack, AttackTable, Target } from "../attack";

const encode = (part: unknown) =>
  Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");
const decode = (part = ""): Record<string, unknown> => JSON.parse(Buffer.from(part, "base64url").toString());
const sign = (input: string, key: string, hash = "sha256") => createHmac(hash, key).update(input).digest("base64url");

/** A real token, taken apart. */
interface Real {
  readonly token: string;
  readonly header: Record<string, unknown>;
  readonly payload: Record<string, unknown>;
  readonly signature: string;
}

function real(token: string): Real {
  const [header, payload, signature = ""] = token.split(".");
  return { token, header: decode(header), payload: decode(payload), signature };
}

const later = () => Math.floor(Date.now() / 1000) + 3_600;
const unsigned = (header: unknown, payload: unknown) => `${encode(header)}.${encode(payload)}.`;
const signed = (header: unknown, payload: unknown, key: string, hash?: string) => {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${sign(input, key, hash)}`;
};

/** Forgeries of a token, each made of a real one: RFC 8725, section 2. */
const forgeries: Readonly<Record<string, (real: Real) => string>> = {
  "alg none": ({ payload }) => unsigned({ alg: "none", typ: "JWT" }, payload),
  "alg None": ({ payload }) => unsigned({ alg: "None", typ: "JWT" }, payload),
  "alg nOnE, with the real signature": ({ payload, signature }) => `${unsigned({ alg: "nOnE" }, payload)}${signature}`,
  "no alg": ({ payload }) => unsigned({ typ: "JWT" }, payload),
  "an alg that is an array": ({ payload }) => unsigned({ alg: ["HS256"], typ: "JWT" }, payload),
  "no signature": ({ token }) => token.slice(0, token.lastIndexOf(".") + 1),
  "two parts": ({ token }) => token.slice(0, token.lastIndexOf(".")),
  "four parts": ({ token }) => `${token}.x`,
  "five empty parts": () => "....",
  "nothing but dots": () => "..",
  "a signature that is cut": ({ token }) => token.slice(0, -4),
  "a signature with a bit turned": ({ header, payload, signature }) =>
    `${encode(header)}.${encode(payload)}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`,
  "another payload under the real signature": ({ header, payload, signature }) =>
    `${encode(header)}.${encode({ ...payload, user_id: 2, sub: "another", can_transact: true, exp: later() })}.${signature}`,
  "another header under the real signature": ({ header, payload, signature }) =>
    `${encode({ ...header, x: 1 })}.${encode(payload)}.${signature}`,
  ...Object.fromEntries(
    ["", "secret", "password", "changeme", "\u0000".repeat(32), "x".repeat(32)].map((key) => [
      `HS256 with the key ${JSON.stringify(key.slice(0, 10))}`,
      ({ payload }: Real) => signed({ alg: "HS256", typ: "JWT" }, { ...payload, exp: later() }, key),
    ]),
  ),
  "HS512 with the key of HS256's signature": ({ payload, signature }) =>
    signed({ alg: "HS512", typ: "JWT" }, payload, signature, "sha512"),
  "HS256 under an RS256 header": ({ payload }) => signed({ alg: "RS256", typ: "JWT" }, payload, "x"),
  "its own key in jwk": ({ payload }) =>
    signed({ alg: "HS256", typ: "JWT", jwk: { kty: "oct", k: encode("mine") } }, payload, "mine"),
  "its own keys in jku": ({ payload }) =>
    signed({ alg: "HS256", typ: "JWT", jku: "http://127.0.0.1:1/keys" }, payload, "mine"),
  "a kid that is a path": ({ payload }) =>
    signed({ alg: "HS256", typ: "JWT", kid: "../../../../dev/null" }, payload, ""),
  "a kid that is SQL": ({ payload }) => signed({ alg: "HS256", typ: "JWT", kid: "x' UNION SELECT 'k" }, payload, "k"),
  "a crit that nobody knows": ({ header, payload, signature }) =>
    `${encode({ ...header, crit: ["x"], x: 1 })}.${encode(payload)}.${signature}`,
  "b64 false": ({ header, payload, signature }) =>
    `${encode({ ...header, b64: false, crit: ["b64"] })}.${JSON.stringify(payload).replaceAll(".", "")}.${signature}`,
  "a JWE": ({ payload }) => [{ alg: "dir", enc: "A128GCM" }, "", "x", payload, "x"].map(encode).join("."),
  "JSON in place of the compact form": ({ header, payload, signature }) =>
    JSON.stringify({ protected: encode(header), payload: encode(payload), signature }),
  "base64 in place of base64url": ({ token }) => token.replaceAll("_", "/").replaceAll("-", "+").concat("=="),
  "a payload that is no JSON": ({ header, signature }) => `${encode(header)}.${encode("not JSON")}.${signature}`,
  "a payload that is null": ({ header, signature }) => `${encode(header)}.${encode("null")}.${signature}`,
  "a header of 60 KB": ({ payload, signature }) =>
    `${encode({ alg: "HS256", x: "x".repeat(6_000) })}.${encode(payload)}.${signature}`,
};

/** The APIs that take a token: where a real one comes from, and what must refuse a forged one. */
const apis: readonly {
  readonly name: string;
  /** A real token that the request below would not be allowed with, or one that is spent already. */
  real(target: Target): Promise<string>;
  send(target: Target, token: string): Promise<Response>;
  readonly refusals: readonly number[];
}[] = [
  {
    name: "transactions",
    real: ({ url }) => login(url, "charlie"),
    send: ({ url }, token) =>
      fetch(`${url}/transactions/`, {
        method: "POST",
        body: JSON.stringify({ token, amount: 2000, currency: "GBP" }),
        headers: { "content-type": "application/json" },
      }),
    refusals: [413, 422],
  },
  {
    name: "balance",
    real: ({ url }) => login(url, "charlie"),
    send: ({ url }, token) => fetch(`${url}/transactions/balance`, { headers: { authorization: `Bearer ${token}` } }),
    refusals: [422, 431],
  },
  {
    name: "preferences",
    real: ({ token }) => token("preferences:admin"),
    send: ({ url }, token) => fetch(`${url}/preferences/users`, { headers: { authorization: `Bearer ${token}` } }),
    refusals: [400, 401, 431],
  },
];

export async function login(url: string, username: string): Promise<string> {
  const answer = await fetch(`${url}/authentication/token`, {
    method: "POST",
    body: new URLSearchParams({ username, password: "password" }),
  });
  const { token }: { token?: string } = JSON.parse(await answer.text());
  if (token === undefined) throw new Error(`${username} was not let in: ${answer.status}`);
  return token;
}

const scopesThatDoNotDo: Attack[] = [
  "",
  "preferences:read",
  "preferences:write",
  "preferences:adminx",
  "PREFERENCES:ADMIN",
].map((scopes) => ({
  name: `preferences: erasing with the scope ${JSON.stringify(scopes)}`,
  async try({ url, token }) {
    const authorization = `Bearer ${await token(scopes)}`;
    const { status } = await fetch(`${url}/preferences/users/${randomUUID()}`, {
      method: "DELETE",
      headers: { authorization },
    });
    return status === 403 ? undefined : `answered ${status}, expected 403`;
  },
}));

export const tokens: AttackTable = {
  name: "token forgeries",
  source: "RFC 8725, sections 2 and 3; RFC 6750, section 3; CVE-2015-9235, CVE-2022-21449; OWASP API2:2023",
  attacks: [
    ...apis.flatMap(({ name, real: issue, send, refusals }) =>
      Object.entries(forgeries).map(
        ([forgery, forge]): Attack => ({
          name: `${name}: ${forgery}`,
          async try(target) {
            const answer = await send(target, forge(real(await issue(target))));
            await answer.text();
            return refusals.includes(answer.status)
              ? undefined
              : `answered ${answer.status}, expected ${refusals.join(" or ")}`;
          },
        }),
      ),
    ),
    ...scopesThatDoNotDo,
  ],
};

import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { AttackTable } from "../attack";

/** Where something is sent to. */
const routes = ["/preferences/users", "/preferences/events", "/authentication/token", "/transactions/"] as const;

interface Sent {
  readonly name: string;
  readonly body: string | Buffer;
  /** @default application/json */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const user = `{"user":{"id":"${randomUUID()}"},"consents":[{"id":"sms_notifications","enabled":true}]`;

/** Bodies that none of the routes takes. */
const bodies: readonly Sent[] = [
  { name: "nothing", body: "" },
  { name: "half an object", body: '{"email":"a@example.com"' },
  { name: "two objects", body: "{}{}" },
  { name: "an object with garbage behind it", body: "{}\u0000" },
  { name: "null", body: "null" },
  { name: "true", body: "true" },
  { name: "a number", body: "1e400" },
  { name: "NaN", body: "NaN" },
  { name: "a text", body: '"text"' },
  { name: "an array", body: "[]" },
  { name: "an array of objects", body: '[{"email":"a@example.com"}]' },
  { name: "16,000 arrays in each other", body: "[".repeat(16_000) },
  { name: "8,000 objects in each other", body: `${'{"a":'.repeat(2_600)}1${"}".repeat(2_600)}` },
  { name: "a comment", body: '{/* */"email":"a@example.com"}' },
  { name: "single quotes", body: "{'email':'a@example.com'}" },
  { name: "a prototype", body: '{"__proto__":{"email":"a@example.com","username":"alice","amount":1}}' },
  { name: "a constructor", body: '{"constructor":{"prototype":{"email":"a@example.com"}}}' },
  {
    name: "objects in place of texts",
    body: '{"email":{"$ne":null},"username":{"$ne":null},"password":{"$ne":null},"amount":{"$gt":0}}',
  },
  {
    name: "arrays in place of texts",
    body: '{"email":["a@example.com"],"username":["alice"],"password":["password"],"amount":[1]}',
  },
  {
    name: "NUL in texts",
    body: '{"email":"a\\u0000@example.com","username":"alice\\u0000","password":"password","amount":"1\\u0000"}',
  },
  {
    name: "lone surrogates",
    body: '{"email":"\\ud800@example.com","username":" ","password":"\\udfff","amount":"\\ud800"}',
  },
  {
    name: "SQL",
    body: `{"email":"a'; DROP TABLE users; --@example.com","username":"' OR 1=1 --","password":"","amount":"1; --"}`,
  },
  { name: "an event with one field too many", body: `${user},"erased":true}` },
  { name: "bytes that are no UTF-8", body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]) },
  { name: "UTF-8 with surrogates (CESU-8)", body: Buffer.from([0x22, 0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80, 0x22]) },
  { name: "UTF-16", body: Buffer.from('{"email":"a@example.com"}', "utf16le") },
  { name: "17 KB", body: JSON.stringify({ email: `${"a".repeat(17_000)}@example.com` }) },
  { name: "11 MB", body: Buffer.alloc(11 * 1024 * 1024, 0x20) },
  { name: "gzip", body: gzipSync('{"email":"a@example.com"}'), headers: { "content-encoding": "gzip" } },
  { name: "a gzip bomb of 10 MB", body: gzipSync(Buffer.alloc(10_000_000)), headers: { "content-encoding": "gzip" } },
  { name: "a coding that nobody knows", body: "{}", headers: { "content-encoding": "x" } },
  ...[
    "text/plain",
    "application/xml",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/jsonp",
    "*/*",
  ].map((type) => ({ name: `as ${type}`, body: '{"email":"a@example.com"}', type })),
  {
    name: "XML with an entity",
    body: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    type: "application/json",
  },
  {
    name: "a form of percent signs",
    body: "email=%&username=%zz&amount=%00",
    type: "application/x-www-form-urlencoded",
  },
];

export const malformedBodies: AttackTable = {
  name: "malformed bodies",
  source: "RFC 8259, sections 8.1 and 9; OWASP API4:2023; CVE-2019-11236; CWE-409, CWE-674, CWE-1321",
  attacks: routes.flatMap((route) =>
    bodies.map(({ name, body, type = "application/json", headers = {} }) => ({
      name: `${name} to ${route}`,
      async try({ url, token }) {
        const authorization = route.startsWith("/preferences")
          ? { authorization: `Bearer ${await token("preferences:write")}` }
          : {};
        const answer = await fetch(`${url}${route}`, {
          method: "POST",
          body,
          headers: { "content-type": type, ...authorization, ...headers },
        }).catch(whenHungUp);
        // The router hangs up on a body that it does not want to the end; whoever still sends may not hear why.
        if (answer === undefined) return undefined;
        const text = await answer.text();
        if (answer.status < 400 || answer.status >= 500)
          return `answered ${answer.status}, expected 4xx: ${text.slice(0, 200)}`;
        return leak.test(text) ? `the answer tells of our inside: ${text.slice(0, 200)}` : undefined;
      },
    })),
  ),
};

function whenHungUp(error: Error): undefined {
  const { cause } = error;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  if (code !== "EPIPE" && code !== "ECONNRESET" && code !== "UND_ERR_SOCKET") throw error;
}

/** Traces of a stack, a path or SQL. */
const leak = /node_modules|\bat .*:\d+:\d+|\/(tmp|home|root|work)\/|\bSELECT\b|\bINSERT\b|syntax error at/;

import type { Attack, AttackTable } from "../attack";
import { sendRaw } from "../raw";

/** Would be answered by 200 if it were ever read as a request of its own. */
const hidden = "GET /preferences/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
const chunked = `5\r\n{"a":\r\n0\r\n\r\n${hidden}`;

interface Form {
  readonly name: string;
  /** The lines of the head after the request line and Host. */
  readonly lines: readonly string[];
  /** @default a chunked body, and the hidden request behind it */
  readonly body?: string;
  /** @default POST /preferences/users HTTP/1.1 */
  readonly requestLine?: string;
  readonly host?: string;
}

/** Heads whose framing two servers may read in two ways: RFC 9112, sections 2.2, 5.1, 6.1, 6.3, 7.1 and 11.2. */
const forms: readonly Form[] = [
  { name: "both lengths", lines: ["Content-Length: 4", "Transfer-Encoding: chunked"] },
  { name: "both lengths, the other way round", lines: ["Transfer-Encoding: chunked", "Content-Length: 4"] },
  ...[
    "Transfer-Encoding : chunked",
    "Transfer-Encoding\t: chunked",
    " Transfer-Encoding: chunked",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: identity",
    "Transfer-Encoding: gzip",
    'Transfer-Encoding: "chunked"',
    "Transfer-Encoding: chunked;q=1",
    "Transfer-Encoding: chunked\u000b",
    "Transfer-Encoding: \u0000chunked",
    "Transfer-Encoding:\r\n chunked",
    "Transfer-Encoding: chunked\r\n\tx",
    "Transfer\u0000-Encoding: chunked",
    "Transfer_Encoding: chunked",
    "X: y\rTransfer-Encoding: chunked",
    "X: y\nTransfer-Encoding: chunked",
  ].map((line) => ({ name: JSON.stringify(line), lines: [line, "Content-Length: 4"] })),
  {
    name: "two codings in two lines",
    lines: ["Transfer-Encoding: identity", "Transfer-Encoding: chunked", "Content-Length: 4"],
  },
  ...[
    "+4",
    "-4",
    "0x4",
    "4 4",
    "4, 5",
    "4,",
    "4e0",
    "4.0",
    "",
    "four",
    "\u00a04",
    "18446744073709551620",
    "4;x",
    "4\u0000",
  ].map((value) => ({
    name: `Content-Length: ${JSON.stringify(value)}`,
    lines: [`Content-Length: ${value}`],
    body: `{"a"${hidden}`,
  })),
  { name: "two lengths that differ", lines: ["Content-Length: 4", "Content-Length: 5"], body: `{"a"${hidden}` },
  { name: "a length with a space before its colon", lines: ["Content-Length : 4"], body: `{"a"${hidden}` },
  ...[
    ["an extension that a line feed ends", '5;x\n{"a":\r\n0\r\n\r\n'],
    ["a size in hexadecimal with 0x", '0x5\r\n{"a":\r\n0\r\n\r\n'],
    ["a negative size", '-5\r\n{"a":\r\n0\r\n\r\n'],
    ["a size that overflows", `1${"0".repeat(16)}5\r\n{"a":\r\n0\r\n\r\n`],
    ["a size with a space before it", ' 5\r\n{"a":\r\n0\r\n\r\n'],
    ["no size", '\r\n{"a":\r\n0\r\n\r\n'],
    ["no line end after its bytes", '5\r\n{"a":0\r\n\r\n'],
    ["more bytes than its size", '4\r\n{"a":\r\n0\r\n\r\n'],
    ["line feeds alone", '5\n{"a":\n0\n\n'],
    ["an extension of 20 KB", `5;${"x".repeat(20_000)}\r\n{"a":\r\n0\r\n\r\n`],
  ].map(([what, body]) => ({
    name: `a chunk with ${what}`,
    lines: ["Transfer-Encoding: chunked"],
    body: `${body}${hidden}`,
  })),
];

/** Heads that are no head of HTTP/1.1: RFC 9112, sections 2.3, 3 and 3.2; RFC 9110, section 7.2. */
const heads: readonly Form[] = [
  ...[
    "GET\t/preferences/openapi.json HTTP/1.1",
    "GET /preferences/openapi.json",
    "GET /preferences/openapi.json HTTP/9.9",
    "GET /preferences/openapi.json http/1.1",
    "GET /preferences/openapi.json HTTP/1.1 ",
    "GET /preferences/open api.json HTTP/1.1",
    "\u0000GET /preferences/openapi.json HTTP/1.1",
    "GE\u0000T /preferences/openapi.json HTTP/1.1",
    "TRACE /preferences/openapi.json HTTP/1.1",
    "CONNECT localhost:80 HTTP/1.1",
    "SMUGGLE /preferences/openapi.json HTTP/1.1",
    "PRI * HTTP/2.0",
  ].map((requestLine) => ({ name: JSON.stringify(requestLine), requestLine, lines: [], body: "" })),
  ...[
    "evil.example",
    "localhost.evil.example",
    "localhost@evil.example",
    "evil.example:80",
    "127.0.0.1.nip.io",
    "localhost\r\nHost: evil.example",
    "",
  ].map((host) => ({
    name: `Host: ${JSON.stringify(host)}`,
    host,
    requestLine: "GET /preferences/openapi.json HTTP/1.1",
    lines: [],
    body: "",
  })),
  ...["a b: c", "a\u0000b: c", ": c", "a: b\u0000c", "a: b\u0007c", `long: ${"x".repeat(20_000)}`].map((line) => ({
    name: `the header ${JSON.stringify(line.slice(0, 20))}`,
    requestLine: "GET /preferences/openapi.json HTTP/1.1",
    lines: [line],
    body: "",
  })),
];

/** It holds when there is one answer at most, a refusal, after which nothing more is read. */
const attack = ({
  name,
  lines,
  body = chunked,
  requestLine = "POST /preferences/users HTTP/1.1",
  host = "localhost",
}: Form): Attack => ({
  name,
  async try({ url, token }) {
    const authorization = `Authorization: Bearer ${await token("preferences:write")}`;
    const head = [requestLine, `Host: ${host}`, "Content-Type: application/json", authorization, ...lines];
    const { statuses, closed } = await sendRaw(url, Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`, "latin1"));
    const [first = 0] = statuses;
    const refused =
      statuses.length === 0 || (statuses.length === 1 && ((first >= 400 && first < 500) || [501, 505].includes(first)));
    if (refused && (closed || statuses.length === 1)) return undefined;
    return `answered ${statuses.join(", ") || "nothing"}${closed ? " and closed" : ""}, expected one refusal`;
  },
});

export const smuggling: AttackTable = {
  name: "smuggling",
  source: "RFC 9112, sections 6.3 and 11.2; CVE-2022-32213 to 32215, CVE-2023-30589, CVE-2024-22019 of Node",
  attacks: forms.map(attack),
};

export const brokenHeads: AttackTable = {
  name: "broken heads",
  source: "RFC 9112, sections 2.3, 3 and 3.2; RFC 9110, sections 7.2 and 15.5.20",
  attacks: heads.map(attack),
};

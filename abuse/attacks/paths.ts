import type { AttackTable } from "../attack";
import { sendRaw } from "../raw";

/** Paths that a router and a service may read as two. Each would be answered by 200 if it meant the document. */
const targets: readonly string[] = [
  "/authentication/../preferences/openapi.json",
  "/authentication/..%2fpreferences/openapi.json",
  "/authentication/%2e%2e/preferences/openapi.json",
  "/authentication/.%2e/preferences/openapi.json",
  "/authentication/%252e%252e/preferences/openapi.json",
  "/authentication/..;/preferences/openapi.json",
  "/authentication/..\\preferences/openapi.json",
  "/authentication/%5c..%5cpreferences/openapi.json",
  "/./preferences/openapi.json",
  "//preferences/openapi.json",
  "/preferences//openapi.json",
  "///preferences/openapi.json",
  "/preferences/./openapi.json",
  "/preferences/x/../openapi.json",
  "/preferences/%2e/openapi.json",
  "/preferences%2fopenapi.json",
  "/preferences%2Fopenapi.json",
  "/preferences%252fopenapi.json",
  "/preferences\\openapi.json",
  "/preferences%5copenapi.json",
  "/preferences/openapi.json%00",
  "/preferences/openapi.json%2500",
  "/preferences/openapi.json%",
  "/preferences/openapi.json%zz",
  "/preferences/openapi.json%0a",
  "/preferences/openapi.json#x",
  "/preferences/openapi.json;x",
  "/preferences;x/openapi.json",
  "/preferencesx/openapi.json",
  "/Preferences/openapi.json",
  "/preferences/%6fpenapi%2ejson%2f",
  "/preferences/%c0%ae%c0%ae/openapi.json",
  "/preferences/%ef%bc%8e%ef%bc%8e/openapi.json",
  "/%70references/..%2f/openapi.json",
  "http://evil.example/preferences/openapi.json",
  "http://localhost/preferences/openapi.json",
  "//evil.example/preferences/openapi.json",
  "preferences/openapi.json",
  "?/preferences/openapi.json",
  "*",
];

export const paths: AttackTable = {
  name: "path confusion",
  source: "RFC 3986, section 6.2.2; OWASP WSTG-ATHZ-01; CVE-2021-41773",
  attacks: targets.map((path) => ({
    name: JSON.stringify(path),
    async try({ url }) {
      const { statuses } = await sendRaw(url, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      const refused = statuses.length === 1 && [400, 404, 421].includes(statuses[0] ?? 0);
      return refused ? undefined : `answered ${statuses.join(", ") || "nothing"}, expected 400, 404 or 421`;
    },
  })),
};

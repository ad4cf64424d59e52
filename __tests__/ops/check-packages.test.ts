import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "./run-program";

/** A registry as far as `npm audit` asks it (https://docs.npmjs.com/cli/v10/commands/npm-audit#bulk-advisory-endpoint). */
let registry: Server;
/** The advisories it knows; undefined for a registry that answers no audit. */
let advisories: Readonly<Record<string, unknown>> | undefined;
let folder: string;

beforeAll(async () => {
  registry = createServer((request, response) => {
    request.resume();
    if (request.method === "POST" && advisories !== undefined) {
      response.setHeader("content-type", "application/json").end(JSON.stringify(advisories));
    } else response.writeHead(request.method === "POST" ? 405 : 404).end();
  }).listen(0, "127.0.0.1");
  await once(registry, "listening");
});
beforeEach(() => {
  advisories = {};
  folder = mkdtempSync(join(tmpdir(), "check-packages-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(() => registry.close());

interface Package {
  readonly license?: string;
  readonly dev?: true;
  readonly optional?: true;
  /** What its own package.json says, where it is installed. */
  readonly installed?: object;
}

/** Runs the check on a project of these packages, each in version 1.0.0. */
function check(packages: Readonly<Record<string, Package>>, policy = "", ...args: string[]) {
  const entries = Object.entries(packages);
  const names = (dev: boolean) =>
    Object.fromEntries(entries.filter(([, one]) => (one.dev ?? false) === dev).map(([name]) => [name, "1.0.0"]));
  const manifest = { name: "project", version: "1.0.0", dependencies: names(false), devDependencies: names(true) };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  const lock = {
    name: "project",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: {
      "": manifest,
      ...Object.fromEntries(
        entries.map(([name, { installed: _installed, ...fields }]) => [
          `node_modules/${name}`,
          { version: "1.0.0", ...fields },
        ]),
      ),
    },
  };
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
  for (const [name, { installed }] of entries) {
    if (installed === undefined) continue;
    mkdirSync(join(folder, "node_modules", name), { recursive: true });
    writeFileSync(join(folder, "node_modules", name, "package.json"), JSON.stringify({ name, ...installed }));
  }
  const exceptions = policy === "" ? "exceptions: { licences: [], advisories: [] }" : policy;
  writeFileSync(join(folder, "policy.yaml"), `licences: [MIT, Apache-2.0]\n${exceptions}\n`);
  const address = registry.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return runProgram(
    "ops/check-packages/command.ts",
    ["--folder", folder, "--policy", join(folder, "policy.yaml"), ...args],
    { env: { npm_config_registry: `http://127.0.0.1:${port}/`, npm_config_cache: join(folder, "cache") } },
  );
}

const why = "reason: it is looked at and harmless to us, date: 2026-11-28";
const excepted = (licences: string, advisories: string) =>
  `exceptions:\n  licences: [${licences}]\n  advisories: [${advisories}]`;

const advisory = {
  id: 1,
  url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
  title: "reads beyond its buffer",
  severity: "high",
  vulnerable_versions: "<2.0.0",
  cwe: [],
  cvss: { score: 8, vectorString: null },
};

test("packages with licences that are allowed and no known vulnerability pass without a word", async () => {
  const result = await check({
    plain: { license: "MIT" },
    choice: { license: "(GPL-3.0-or-later OR Apache-2.0)" },
    // As packages wrote it before npm 3.
    old: { installed: { licenses: [{ type: "MIT", url: "http://example.com" }] } },
    // Neither is passed on: one works on this project, the other is another machine's build.
    tool: { license: "AGPL-3.0-or-later", dev: true },
    elsewhere: { optional: true },
  });
  expect(result).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});

test.each([
  ["AGPL-3.0-or-later", { license: "AGPL-3.0-or-later" }],
  ["MIT AND GPL-2.0-only", { license: "MIT AND GPL-2.0-only" }],
  ["SEE LICENSE IN LICENSE.txt", { license: "SEE LICENSE IN LICENSE.txt" }],
  ["none", { installed: {} }],
])("a package with the licence %s is refused, and let through when the policy says why", async (licence, fields) => {
  const { exitCode, stderr } = await check({ odd: fields });
  expect([exitCode, stderr]).toEqual([1, `odd has the licence ${licence}, which policy.yaml does not allow\n`]);
  const exception = excepted(`{ package: odd, licence: "${licence}", ${why} }`, "");
  expect(await check({ odd: fields }, exception)).toMatchObject({ exitCode: 0, stderr: "" });
});

test("a known vulnerability is refused with its advisory, and let through when the policy says why", async () => {
  advisories = { odd: [advisory] };
  const { exitCode, stderr } = await check({ odd: { license: "MIT" } });
  expect(stderr).toBe("odd has a known vulnerability, high: reads beyond its buffer (GHSA-aaaa-bbbb-cccc)\n");
  expect(exitCode).toBe(1);
  const exception = excepted("", `{ package: odd, advisory: GHSA-aaaa-bbbb-cccc, ${why} }`);
  expect(await check({ odd: { license: "MIT" } }, exception)).toMatchObject({ exitCode: 0, stderr: "" });
});

test("a vulnerability of what only development uses is not production's", async () => {
  advisories = { odd: [advisory] };
  expect(await check({ odd: { license: "MIT", dev: true } })).toMatchObject({ exitCode: 0 });
});

test("exceptions that are needed no more are named", async () => {
  const exceptions = excepted(
    `{ package: gone, licence: none, ${why} }`,
    `{ package: gone, advisory: GHSA-aaaa-bbbb-cccc, ${why} }`,
  );
  const { exitCode, stderr } = await check({ plain: { license: "MIT" } }, exceptions);
  expect(exitCode).toBe(1);
  expect(stderr.trim().split("\n")).toEqual([
    "policy.yaml excepts gone (none), which is not there: delete it",
    "policy.yaml excepts GHSA-aaaa-bbbb-cccc of gone, which is not there: delete it",
  ]);
});

test("an exception without a reason is no exception", async () => {
  const exception = excepted("{ package: odd, licence: none, reason: ok, date: 2026-11-28 }", "");
  expect((await check({ odd: { installed: {} } }, exception)).exitCode).toBe(1);
});

test("a registry that answers no audit is a warning, and an exit code of its own for whoever must know", async () => {
  advisories = undefined;
  const words = /^NOT CHECKED for known vulnerabilities, the registry answers no audit: 405 Method Not Allowed/;
  expect(await check({ plain: { license: "MIT" } })).toMatchObject({
    exitCode: 0,
    stderr: expect.stringMatching(words),
  });
  expect(await check({ plain: { license: "MIT" } }, "", "--must-answer")).toMatchObject({
    exitCode: 3,
    stderr: expect.stringMatching(words),
  });
});

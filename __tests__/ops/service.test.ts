import { execFileSync, type SpawnSyncReturns, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { services } from "../../config/services";
import { installPackages } from "./installed-packages";

jest.setTimeout(300_000);

/** The project as another team would have it: committed, with its packages installed. */
let project: string;

function git(...args: readonly string[]): string {
  return execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
    cwd: project,
    encoding: "utf8",
  });
}
const commit = () => {
  git("add", "--all");
  git("commit", "--quiet", "--message", "Committed");
};

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawnSync(command, args, {
    cwd: project,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: "1", ...env },
  });
}
/** `make service` with these variables, where nobody can be asked. */
const service = (variables: Readonly<Record<string, string>>): SpawnSyncReturns<string> =>
  run("make", ["service", ...Object.entries(variables).map(([name, value]) => `${name}=${value}`)]);

/** Names that no service of the real table has. */
const unique = randomBytes(3).toString("hex");
const orders = { NAME: `orders-${unique}`, KIND: "http", USES: "database,queue,jwt,callers" };
const parcels = { NAME: `parcels-${unique}`, KIND: "worker", USES: "database,queue" };
const [known] = services;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "service-"));
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" });
  for (const file of listed.split("\n").filter((name) => name !== "" && existsSync(name))) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    cpSync(file, join(project, file), { verbatimSymlinks: true, recursive: true });
  }
  installPackages(project);
  git("init", "--quiet");
  commit();
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

test.each([
  ["a name that is taken", { ...orders, NAME: known.name }, new RegExp(`^NAME must be free, got ${known.name}: `)],
  ["a name that is no name", { ...orders, NAME: "../orders" }, /^NAME must be 2 to 30 lower-case letters/],
  ["a name that PostgreSQL reserves", { ...orders, NAME: "order" }, /^NAME must be free, got order: it is a keyword/],
  ["a name of the local environment", { ...orders, NAME: "router" }, /^NAME must be free, got router: a program/],
  [
    "a name of a worker's role",
    { ...orders, NAME: "x-execution" },
    /^NAME must be free, got x-execution: the role that/,
  ],
  ["a path that is taken", { ...orders, PATH_PREFIX: known.path }, /^services.path must be unique/],
  [
    "an unknown dependency",
    { ...orders, USES: "database,cache" },
    /^USES must be one of database, .*, got "database,cache"/,
  ],
  ["the internet without hosts", { ...orders, USES: "internet" }, /^HOSTS must be given: make service NAME=/],
  [
    "a host that is none",
    { ...orders, USES: "internet", HOSTS: "https://x" },
    /^HOSTS must be a lower-case domain name/,
  ],
  ["an unknown kind", { ...orders, KIND: "cron" }, /^KIND must be http or worker, got "cron"/],
  [
    "a kind that is written by hand",
    { ...orders, KIND: "events" },
    /^KIND events is written by hand: .*lambda\/imports/,
  ],
  ["a path for a worker", { ...parcels, PATH_PREFIX: "/parcels" }, /^PATH_PREFIX is for HTTP services/],
  ["no name, where nobody can be asked", { KIND: "http" }, /^NAME must be given: make service NAME=/],
])("%s is refused in one sentence, and nothing is written", (_what, variables, message) => {
  const { status, stderr } = service(variables);
  const [sentence = "", ...rest] = stderr.trim().split("\n");
  expect([status, sentence, rest]).toEqual([
    2,
    expect.stringMatching(message),
    [expect.stringMatching(/^make: \*\*\*/)],
  ]);
  expect(git("status", "--porcelain")).toBe("");
});

test("a tree with changes is left as it is", () => {
  writeFileSync(join(project, "notes.txt"), "not committed");
  const { status, stderr } = service(orders);
  expect([status, stderr]).toEqual([2, expect.stringMatching(/^the working tree must be clean[^\n]*\n\?\? notes.txt/)]);
  expect(git("status", "--porcelain")).toBe("?? notes.txt\n");
  rmSync(join(project, "notes.txt"));
});

test("when something fails on the way, nothing is half-written", () => {
  // What draws the pictures fails, after every file of the service has been written.
  writeFileSync(join(project, "ops/picture/command.ts"), 'throw new Error("no ink");\n');
  commit();
  const { status, stderr } = service(orders);
  expect([status, stderr]).toEqual([2, expect.stringContaining("no ink")]);
  expect(git("status", "--porcelain")).toBe("");
  expect(readdirSync(join(project, ".cache")).filter((name) => name.startsWith("service-"))).toEqual([]);
  git("reset", "--quiet", "--hard", "HEAD~1");
});

test("an HTTP service and a worker are written whole: types, style, migrations, tests and stacks are in order", () => {
  const written = service(orders);
  expect(written).toMatchObject({ status: 0, stderr: "" });
  expect(written.stdout).toContain(`${orders.NAME} is written`);
  const first = git("status", "--porcelain", "--untracked-files=all");
  const changed = first
    .replaceAll(orders.NAME, "NAME")
    .replaceAll(/\d{17}_/g, "TIME_")
    .split("\n");
  expect(changed).toEqual(
    expect.arrayContaining([
      " M compose.yaml",
      " M config/services.ts",
      " M docs/architecture.svg",
      " M docs/configuration.md",
      " M docs/local.svg",
      " M docs/permissions.md",
      "?? __tests__/lambda/NAME/app.test.ts",
      "?? lambda/NAME/app.ts",
      "?? migrations/TIME_create-NAME-items.ts",
      "?? migrations/TIME_create-NAME-schema.ts",
    ]),
  );

  const again = service(orders);
  expect(again).toMatchObject({ status: 0, stdout: `${orders.NAME} is there already: nothing to do\n` });
  expect(git("status", "--porcelain", "--untracked-files=all")).toBe(first);
  expect(service({ ...orders, USES: "" })).toMatchObject({ status: 2 });

  commit();
  expect(service(parcels)).toMatchObject({ status: 0, stderr: "" });
  const jest = "node_modules/jest/bin/jest.js";
  const checks = [
    ["node_modules/.bin/biome", "check", "."],
    [process.execPath, "node_modules/typescript-native/bin/tsc"],
    ["make", "migrate-check"],
    [process.execPath, jest, "--maxWorkers=1", `__tests__/lambda/${orders.NAME}`, `__tests__/worker/${parcels.NAME}`],
    ["make", "synth", "ENV=development"],
  ];
  for (const [command = "", ...args] of checks) {
    const { status, stdout, stderr } = run(command, args);
    expect({ command, said: status === 0 ? "" : stdout + stderr }).toEqual({ command, said: "" });
  }
  const made = (stack: string, type: string) => {
    const file = join(project, "cdktf.out/stacks", `development-${stack}`, "cdk.tf.json");
    return JSON.stringify(JSON.parse(readFileSync(file, "utf8")).resource[type]);
  };
  expect(made("api", "aws_lambda_function")).toContain(`"development-${orders.NAME}"`);
  expect(made("api", "aws_lambda_function")).not.toContain(parcels.NAME);
  expect(made("workers", "aws_ecs_service")).toContain(`"development-${parcels.NAME}"`);
  const users = [orders, parcels].map(({ NAME }) => `"development-${NAME}"`);
  for (const user of users) expect(made("queue", "aws_elasticache_user")).toContain(user);
});

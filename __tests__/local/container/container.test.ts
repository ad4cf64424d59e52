import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Client } from "pg";
import { parse } from "yaml";
import { services } from "../../../config/services";
import { freePort } from "../../../dependencies/free-port";
import { buildContainerPrograms, containerFiles, installed } from "../../../local/container/build-programs";
import { type ComposeFile, composeFile, composeText } from "../../../local/container/compose";
import { Environment as Router } from "../../../local/router/environment";
import { nodeProgram } from "../../../local/supervisor/node-program";
import { loadServices } from "../../../ops/program/load-services";
import { ProcessEnvironment } from "../../../runtime/process";
import * as z from "../../../runtime/schema";
import { environmentOf } from "../../../runtime/service";
import { emptyDatabase } from "../../database";

const committed = readFileSync("compose.yaml", "utf8");
const compose: ComposeFile = parse(committed);
const dockerfile = readFileSync("Dockerfile", "utf8");
const secret = "x".repeat(48);
/** The file as compose reads it, with the shell's variables in place. */
const containerEnvironment = (name: string) =>
  Object.fromEntries(
    Object.entries(compose.services[name]?.environment ?? {}).flatMap(([key, value]) => {
      // What the shell does not say is empty, and an empty variable counts as missing (runtime/environment.ts).
      const given = value.replace(/^\$\{JWT_SECRET:.*\}$/, secret).replace(/^\$\{\w+:-(.*)\}$/, "$1");
      return given === "" ? [] : [[key, given]];
    }),
  );

describe("compose.yaml", () => {
  test("is up to date: make generate writes it", () => {
    expect(committed).toBe(composeText(composeFile(services)));
  });

  test("has a container for every service of the table, and a program for every container of ours", () => {
    const ours = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);
    expect(ours.map(([name]) => name)).toEqual(expect.arrayContaining(services.map(({ name }) => name)));
    const programs = Object.keys(containerFiles(services)).map((name) => `${name}.mjs`);
    for (const [, { command = [] }] of ours) expect(programs).toEqual(expect.arrayContaining([...command]));
  });

  test("gives each service, and the router, an environment that it starts with", async () => {
    const declared = await loadServices(services, (path) => import(resolve(path)));
    for (const [name, service] of declared) {
      const schema = environmentOf(service, service.kind === "http" ? ProcessEnvironment : z.object({}));
      expect([name, schema.safeParse(containerEnvironment(name)).error]).toEqual([name, undefined]);
    }
    expect(Router.safeParse(containerEnvironment("router")).error).toBeUndefined();
  });

  test("hands a collector of the shell to each service and to the router, so that a trace has no gap", () => {
    for (const name of ["router", ...services.map((service) => service.name)]) {
      const given = compose.services[name]?.environment?.OTEL_EXPORTER_OTLP_ENDPOINT;
      expect([name, given]).toEqual([name, `\${OTEL_EXPORTER_OTLP_ENDPOINT:-}`]);
    }
  });

  test("starts each container when those it needs are healthy or done, in an order that ends", () => {
    const started = new Set<string>();
    const waiting = new Map(Object.entries(compose.services));
    while (waiting.size > 0) {
      const next = [...waiting].filter(([, { depends_on = {} }]) =>
        Object.keys(depends_on).every((need) => started.has(need)),
      );
      expect(next).not.toEqual([]);
      for (const [name] of next) {
        started.add(name);
        waiting.delete(name);
      }
    }
    for (const { depends_on = {} } of Object.values(compose.services)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        const check = compose.services[name]?.healthcheck;
        expect(check).toBeDefined();
        const silent = JSON.stringify(check) === '{"disable":true}';
        expect(`${name} ${condition}`).toBe(`${name} service_${silent ? "completed_successfully" : "healthy"}`);
      }
    }
  });

  test("opens one port, on this machine alone, and pins every image by version", () => {
    const open = Object.values(compose.services).flatMap(({ ports = [] }) => ports);
    expect(open).toEqual([expect.stringMatching(/^127\.0\.0\.1:\$\{PORT:-8080\}:8080$/)]);
    const foreign = Object.values(compose.services).filter(({ build }) => build === undefined);
    for (const { image } of foreign) expect(image).toMatch(/^\w+:\d+\.\d+(\.\d+)?-\w+$/);
  });

  test("is accepted by the docker compose that is installed, where one is", () => {
    const clients = [["docker", "compose"], ["docker-compose"]];
    const found = clients.filter(([command = "", ...words]) => spawnSync(command, [...words, "version"]).status === 0);
    for (const [command = "", ...words] of found) {
      const { status, stderr } = spawnSync(command, [...words, "config", "--quiet"], {
        env: { ...process.env, JWT_SECRET: secret },
        encoding: "utf8",
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) });
    }
  });
});

/** What programs try to load and do without. */
const optional = ["esbuild", "pg-native"];

describe("the image", () => {
  let folder: string;
  let packages: ReadonlySet<string>;
  beforeAll(async () => {
    mkdirSync(".cache", { recursive: true });
    folder = mkdtempSync(join(process.cwd(), ".cache/container-"));
    packages = await buildContainerPrograms(services, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("is built in stages on a base pinned by version, and runs as a user that is not root", () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base = ""]) => base);
    expect(bases.length).toBeGreaterThan(2);
    for (const base of bases) expect(base).toMatch(/^(node:\d+\.\d+\.\d+-bookworm-slim)$/);
    const last = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
    expect(last).toMatch(/^USER node$/m);
    // An OCI image has none, so an engine that makes one would leave it out without a word: compose.yaml says it.
    expect(dockerfile).not.toMatch(/^HEALTHCHECK/m);
  });

  test("has every package in its programs, but for what is no JavaScript alone: that stands beside them", () => {
    // esbuild is asked for by migrations in TypeScript alone, and the image's are compiled; pg tries a driver that nobody installs.
    expect([...packages].filter((name) => !installed.some((known) => known === name)).sort()).toEqual(optional);
    for (const name of installed) {
      const [scope = ""] = name.split("/");
      expect(dockerfile).toContain(`COPY --from=build /source/node_modules/${scope} ./node_modules/${scope}\n`);
    }
  });

  test("runs its programs with nothing but that, in 90 MB above the base", async () => {
    const image = mkdtempSync(join(tmpdir(), "image-"));
    cpSync(folder, image, { recursive: true });
    for (const scope of new Set(installed.map((name) => name.split("/")[0] ?? ""))) {
      cpSync(join("node_modules", scope), join(image, "node_modules", scope), { recursive: true });
    }
    const size = readdirSync(image, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
    expect(size).toBeLessThan(90e6);
    const names = Object.entries(compose.services)
      .filter(([, { build, restart }]) => build !== undefined && restart !== "no")
      .map(([name]) => name);
    const away = "127.0.0.1:1";
    const ended = names.map(async (name) => {
      const environment = Object.fromEntries(
        Object.entries({ ...containerEnvironment(name), HTTP_PORT: "0", HTTP_HOST: "127.0.0.1" }).map(
          ([key, value]) => [key, value.replace(/(postgres|redis):\d+/, away).replace("/data", join(image, "data"))],
        ),
      );
      const lines: string[] = [];
      const program = nodeProgram({ name, kind: "dependency", file: join(image, `${name}.mjs`), environment });
      const log = (line: string) => void lines.push(line);
      const running = await program
        .start({ log, spawned: () => {}, slow: () => {}, signal: new AbortController().signal })
        .catch((error: Error) => [error.message, ...lines].join("\n"));
      if (typeof running === "string") return `${name}: ${running}`;
      await running.stop();
      return `${name} started`;
    });
    expect(await Promise.all(ended)).toEqual(names.map((name) => `${name} started`));
    rmSync(image, { recursive: true });
  });

  test("is built from what .dockerignore lets into the build, and from nothing else", () => {
    const [first, ...kept] = readFileSync(".dockerignore", "utf8")
      .split("\n")
      .filter((line) => /^[^#]/.test(line));
    expect(first).toBe("*");
    const source = mkdtempSync(join(tmpdir(), "image-"));
    for (const line of kept) cpSync(line.replace("!", ""), join(source, line.replace("!", "")), { recursive: true });
    symlinkSync(resolve("node_modules"), join(source, "node_modules"));
    const [, runner = "", program = ""] = /^RUN node (\S+) (\S+)$/m.exec(dockerfile) ?? [];
    const { status, stderr } = spawnSync(process.execPath, [runner, program], { cwd: source, encoding: "utf8" });
    const built = status === 0 && readdirSync(join(source, "build/container"));
    rmSync(source, { recursive: true, force: true });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(built).toEqual(expect.arrayContaining([...services.map(({ name }) => `${name}.mjs`), "prepare.mjs"]));
  });

  test("prepares a database with the compiled migrations and the services' development data", async () => {
    const database = await emptyDatabase();
    const prepare = compose.services.prepare;
    const [program = ""] = prepare?.command ?? [];
    const { status, stdout } = spawnSync(process.execPath, [program], {
      cwd: folder,
      env: { ...prepare?.environment, DATABASE_URL: database.adminUrl },
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("create-loyalty") });
    const client = new Client({ connectionString: database.adminUrl });
    await client.connect();
    const { rows } = await client.query("SELECT username FROM loyalty.users ORDER BY username");
    await client.end();
    await database.drop();
    expect(rows.map(({ username }) => username)).toEqual(["alice", "bob", "charlie"]);
  });

  test("checks its health by asking the program it runs", async () => {
    const port = await freePort();
    const check = () =>
      spawnSync(process.execPath, [join(folder, "healthcheck.mjs")], { env: { HTTP_PORT: String(port) } }).status;
    expect(check()).toBe(1);
    const program = nodeProgram({
      name: "resolver",
      kind: "dependency",
      file: join(folder, "resolver.mjs"),
      environment: { HTTP_PORT: String(port), HTTP_HOST: "0.0.0.0" },
    });
    const running = await program.start({
      log: () => {},
      spawned: () => {},
      slow: () => {},
      signal: new AbortController().signal,
    });
    expect(check()).toBe(0);
    await running.stop();
  });
});

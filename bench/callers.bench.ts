import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { Agent, createServer, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { withClient } from "../dependencies/database/client";
import { startPostgres } from "../dependencies/database/postgres";
import { prepareDatabase } from "../dependencies/database/prepare-database";
import { freePort } from "../dependencies/free-port";
import { bundleOnce, entryFile } from "../local/bundle";
import { median } from "./comparison";
import { report } from "./measure";

const id = "00000000-0000-4000-8000-000000000001";
const audience = "https://api.example.com";
const warmUp = 500;
const rounds = 3_000;

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Milliseconds until the whole answer to one request is there, on a connection that is open. */
function ask(url: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    get(url, { agent, headers }, (answer) => {
      answer.resume().on("end", () => {
        if (answer.statusCode === 200) resolve(performance.now() - start);
        else reject(new Error(`${url} answered ${answer.statusCode}`));
      });
    }).on("error", reject);
  });
}

/** An issuer: its documents, and tokens that it signs. ES256 takes longer to verify than RS256. */
async function startIssuer() {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const keys = [{ ...(await exportJWK(publicKey)), kid: "key", alg: "ES256" }];
  const server = createServer((request, response) => {
    response.end(JSON.stringify(request.url === "/jwks" ? { keys } : { issuer, jwks_uri: `${issuer}/jwks` }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const token = (_: unknown, number: number) =>
    new SignJWT({ client_id: "bench", scope: "preferences:read preferences:write" })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "key" })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject("bench")
      .setJti(String(number))
      .setIssuedAt()
      .setExpirationTime("1 hour")
      .sign(privateKey);
  const tokens = (count: number) => Promise.all(Array.from({ length: count }, token));
  return { issuer, tokens, stop: () => server.close() };
}

const folder = await mkdtemp(join(tmpdir(), "callers-bench-"));
const database = await startPostgres({ folder: join(folder, "postgres") });
const issuer = await startIssuer();
const stops: (() => Promise<unknown>)[] = [];
try {
  await prepareDatabase(database.url("platform"));
  await withClient(database.url("platform"), (owner) =>
    owner.query("INSERT INTO preferences.users (id, email) VALUES ($1, 'user@example.com')", [id]),
  );
  await mkdir(".cache", { recursive: true });
  const file = await bundleOnce(`callers-${process.pid}`, entryFile("lambda/preferences"), ".cache");
  const start = async (variables: Record<string, string>) => {
    const port = await freePort();
    const child = execa(process.execPath, [file], {
      env: { HTTP_PORT: String(port), DATABASE_URL: database.url("platform", "preferences_app"), ...variables },
      stdin: "ignore",
      // Lines are written and nobody reads them: this process is to measure, and to do nothing besides.
      stdout: "ignore",
      stderr: "inherit",
      reject: false,
    });
    stops.push(async () => {
      child.kill();
      await child;
    });
    const origin = `http://127.0.0.1:${port}`;
    while (!(await fetch(`${origin}/health`).catch(() => undefined))?.ok) await new Promise(setImmediate);
    return `${origin}/users/${id}`;
  };
  // A process each, and asked in turn: whatever else the machine does falls on all of them.
  const open = await start({});
  const ways = [{ name: "open", ask: (_round: number) => ask(open) }];
  const kinds = [
    { name: "the same token each time", count: 1 },
    { name: "another token each time", count: warmUp + rounds },
  ];
  for (const { name, count } of kinds) {
    const tokens = await issuer.tokens(count);
    const known = await start({
      CALLERS_ISSUER: issuer.issuer,
      CALLERS_AUDIENCE: audience,
      CALLERS_REQUESTS_PER_MINUTE: "1000000",
    });
    ways.push({ name, ask: (round) => ask(known, { Authorization: `Bearer ${tokens[round % count]}` }) });
  }
  await Promise.all([file, `${file}.map`].map((path) => rm(path)));

  const times = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const way of ways) {
      const milliseconds = await way.ask(round);
      if (round >= warmUp) times.get(way.name)?.push(milliseconds);
    }
  }
  const timesOf = (name: string) => times.get(name) ?? [];
  const p50 = (name: string) => median(timesOf(name));
  /** The median of each tenth: how much it moves while the run goes on. */
  const tenths = (name: string) =>
    Array.from({ length: 10 }, (_, tenth) =>
      median(timesOf(name).slice((tenth * rounds) / 10, ((tenth + 1) * rounds) / 10)),
    );
  report(
    kinds.map(({ name }) => {
      const more = p50(name) - p50("open");
      return {
        name: `GET /users/{id}, ${name}, with limit and access log, p50`,
        value: p50(name),
        repetitions: tenths(name),
        unit: "ms",
        yardstick: { name: "where everybody may call", value: p50("open"), repetitions: tenths("open") },
        target: `at most 0.3 ms more, here ${more.toFixed(3)}`,
        reached: more <= 0.3,
      };
    }),
  );
} finally {
  for (const stop of stops) await stop();
  agent.destroy();
  issuer.stop();
  await database.stop();
  await rm(folder, { recursive: true, force: true });
}

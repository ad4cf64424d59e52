import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { s3Environment } from "../../../dependencies/imports/stand-in-program";
import { objectBytes, type Pace } from "../../../lambda/imports/import-bytes";
import { type ImportLimits, importLimitVariables } from "../../../lambda/imports/import-limits";
import { checkLine, linesOf } from "../../../lambda/imports/import-lines";
import { importObject } from "../../../lambda/imports/import-object";
import { watchImports } from "../../../lambda/imports/watch-imports";
import { imports } from "../../../runtime/imports";
import { createLogger } from "../../../runtime/logger";
import * as z from "../../../runtime/schema";
import { until } from "../../until";
import { type PreferencesService, preferencesService, silent } from "../preferences/service";
import { bucket, clientOf, type ImportObjects, importObjects, line } from "./import-objects";

let service: PreferencesService;
let objects: ImportObjects;
let server: ImportObjects["server"];
let s3: ImportObjects["s3"];
let put: ImportObjects["put"];
let rejectedOf: ImportObjects["rejectedOf"];

beforeAll(async () => {
  [service, objects] = await Promise.all([preferencesService(), importObjects()]);
  ({ server, s3, put, rejectedOf } = objects);
});
afterAll(() => Promise.all([service.stop(), objects.stop()]));

const limits = z.object(importLimitVariables).parse({});
const dependencies = () => ({ database: service.database, s3, logger: silent, limits });
async function userOf(address: string) {
  const [row] = await service.database.query(
    `SELECT email, event_count, consents,
            (SELECT preferences.consents_in_order(e.consents ORDER BY sequence) FROM preferences.events e WHERE user_id = id) AS replayed,
            (SELECT array_agg(sequence ORDER BY sequence) FROM preferences.events e WHERE user_id = id) AS sequences
     FROM preferences.users WHERE lower(email) = $1`,
    [address],
  );
  return row;
}

const count = async (table: string) =>
  (await service.database.query<{ count: string }>(`SELECT count(*) FROM preferences.${table}`))[0]?.count;

describe("an import", () => {
  test.each([
    ["plain", (content: string) => Buffer.from(content)],
    ["gzip", (content: string) => gzipSync(content)],
    [
      "gzip in two members",
      (content: string) => {
        const half = Math.floor(content.length / 2);
        return Buffer.concat([gzipSync(content.slice(0, half)), gzipSync(content.slice(half))]);
      },
    ],
  ])("creates users and applies their choices: %s", async (name, pack) => {
    const at = name.replaceAll(" ", "-");
    const content = [line(`${at}-1@example.com`, ["sms", true]), line(`${at}-2@example.com`), ""].join("\r\n");
    await put(`imports/${at}`, pack(content));
    expect(await importObject(dependencies(), { bucket, key: `imports/${at}` })).toEqual({
      imported: true,
      lines: 2,
      rejected: 0,
    });
    expect(await userOf(`${at}-1@example.com`)).toMatchObject({
      event_count: 1,
      consents: { sms_notifications: true },
    });
    expect(await userOf(`${at}-2@example.com`)).toMatchObject({ event_count: 0, consents: {}, sequences: null });
  });

  test("applies lines of one address in their order, behind the events the user has", async () => {
    const { id } = (await service.post("/users", { email: "Known@example.com" })).body;
    await service.post("/events", { user: { id }, consents: [{ id: "sms_notifications", enabled: false }] });
    const lines = [
      line("known@example.com", ["email", true]),
      line("new@example.com", ["sms", true], ["email", true]),
      line("KNOWN@example.com", ["email", false], ["sms", true]),
      line("New@example.com", ["sms", false]),
      line("known@example.com"),
    ];
    await put("imports/order", lines.join("\n"));
    await importObject(dependencies(), { bucket, key: "imports/order" });
    const known = await userOf("known@example.com");
    expect(known).toMatchObject({ email: "Known@example.com", event_count: 3, sequences: [1, 2, 3] });
    expect(known?.consents).toEqual({ email_notifications: false, sms_notifications: true });
    expect(known?.replayed).toEqual(known?.consents);
    const fresh = await userOf("new@example.com");
    expect(fresh).toMatchObject({ email: "new@example.com", sequences: [1, 2] });
    expect(fresh?.consents).toEqual({ email_notifications: true, sms_notifications: false });
    expect(fresh?.replayed).toEqual(fresh?.consents);
  });

  test("keeps the order of one address across batches", async () => {
    const lines = Array.from({ length: 45_000 }, (_, index) =>
      index % 15_000 === 0 ? line("often@example.com", ["sms", index === 30_000]) : line(`batch-${index}@example.com`),
    );
    await put("imports/batches", gzipSync(lines.join("\n")));
    expect(await importObject(dependencies(), { bucket, key: "imports/batches" })).toMatchObject({ lines: 45_000 });
    const often = await userOf("often@example.com");
    expect(often).toMatchObject({ event_count: 3, sequences: [1, 2, 3], consents: { sms_notifications: true } });
    expect(await count("import_lines")).toBe("0");
  });

  test("writes each bad line's number and reason, and imports the others", async () => {
    const lines = [
      line("good-1@example.com"),
      "{",
      line("no address"),
      "",
      '{"email":"tab\\t@example.com"}',
      line("good-2@example.com", ["fax", true]),
      "x".repeat(200_000),
      '{"email":"good-3@example.com","admin":true}',
      `{"email":"good-4@example.com","consents":[${'{"id":"sms_notifications","enabled":true},'.repeat(2).slice(0, -1)}]}`,
      line("good-5@example.com"),
    ];
    await put("imports/bad", lines.join("\n"));
    expect(await importObject(dependencies(), { bucket, key: "imports/bad" })).toEqual({
      imported: true,
      lines: 10,
      rejected: 7,
    });
    const rejected = await rejectedOf("bad");
    expect(rejected).toMatchObject([2, 3, 5, 6, 7, 8, 9].map((number) => ({ line: number })));
    expect(rejected[0]).toEqual({ line: 2, reason: "not JSON" });
    expect(JSON.stringify(rejected)).not.toContain("@example.com");
    expect(await userOf("good-5@example.com")).toBeDefined();
  });

  test("of the same object again changes nothing, of a changed one imports it", async () => {
    const key = "imports/again";
    await put(key, line("again@example.com", ["sms", true]));
    expect(await importObject(dependencies(), { bucket, key })).toMatchObject({ imported: true });
    expect(await importObject(dependencies(), { bucket, key })).toMatchObject({ imported: false });
    expect(await userOf("again@example.com")).toMatchObject({ event_count: 1 });
    await put(key, line("again@example.com", ["sms", false]));
    expect(await importObject(dependencies(), { bucket, key })).toMatchObject({ imported: true });
    expect(await userOf("again@example.com")).toMatchObject({ event_count: 2 });
  });

  test("leaves an object alone that is not under imports/", async () => {
    expect(await importObject(dependencies(), { bucket, key: "imports-rejected/x" })).toMatchObject({
      imported: false,
    });
  });
});

const many = (name: string) =>
  Array.from({ length: 5000 }, (_, index) => line(`${name}-${index}@example.com`, ["sms", true])).join("\n");

/** Imports an object that cannot be imported; returns what the error says. */
async function importsNothing(key: string, client: S3Client, own: Partial<ImportLimits> = {}): Promise<string> {
  const finished = () => count("imports WHERE finished_at IS NOT NULL");
  const before = [await count("users"), await count("events"), await finished()];
  const dependent = { ...dependencies(), s3: client, limits: { ...limits, ...own }, batch: 10 };
  const failure = await importObject(dependent, { bucket, key }).then(() => "it was imported", String);
  expect(failure).not.toBe("it was imported");
  expect([await count("users"), await count("events"), await finished()]).toEqual(before);
  return failure;
}

describe("a broken object imports nothing and says so", () => {
  test("when its gzip is truncated", async () => {
    const whole = gzipSync(many("truncated"));
    await put("imports/truncated", whole.subarray(0, whole.length - 10));
    await importsNothing("imports/truncated", s3);
    expect(await count("import_lines")).toBe("0");
  });

  /** Passes on what the bucket sends until `bytes` of a body, then cuts the connection or falls silent. */
  async function proxy(bytes: number, then: "cut" | "stall"): Promise<Server> {
    const cutting = createServer((incoming, outgoing) => {
      const { pathname, search } = new URL(incoming.url ?? "/", server.url);
      const upstream = request(
        {
          host: "127.0.0.1",
          port: server.port,
          path: pathname + search,
          method: incoming.method,
          headers: incoming.headers,
        },
        (response) => {
          let sent = 0;
          outgoing.writeHead(response.statusCode ?? 500, response.headers);
          response.on("data", (chunk: Buffer) => {
            outgoing.write(chunk.subarray(0, bytes - sent));
            sent = Math.min(bytes, sent + chunk.length);
            if (sent === bytes && then === "cut") outgoing.socket?.destroySoon();
          });
        },
      );
      incoming.pipe(upstream);
    });
    cutting.listen(0, "127.0.0.1");
    await once(cutting, "listening");
    return cutting;
  }
  const isAddress = (address: string | AddressInfo | null): address is AddressInfo =>
    typeof address === "object" && address !== null;

  test.each([
    ["cut", "plain"],
    ["cut", "gzip"],
    ["stall", "gzip"],
  ] as const)("when its stream is %s: %s", async (then, form) => {
    const key = `imports/${then}-${form}`;
    const content = many(`${then}-${form}`);
    await put(key, form === "gzip" ? gzipSync(content) : content);
    const cutting = await proxy(10_000, then);
    const address = cutting.address();
    const client = clientOf(`http://127.0.0.1:${isAddress(address) ? address.port : 0}`, 300);
    try {
      await importsNothing(key, client);
    } finally {
      client.destroy();
      cutting.closeAllConnections();
      cutting.close();
    }
    // And the next delivery, over a whole stream, imports it.
    expect(await importObject(dependencies(), { bucket, key })).toMatchObject({ imported: true, lines: 5000 });
  });

  test("when it is not there", async () => {
    await importsNothing("imports/absent", s3);
  });
});

test("a process that watches the bucket imports what appears in it", async () => {
  const own = await preferencesService();
  const watch = watchImports({ ...dependencies(), database: own.database }, bucket, 10);
  await put("imports/watched", line("watched@example.com", ["sms", true]));
  for (;;) {
    const rows = await own.database.query("SELECT FROM preferences.users WHERE email = 'watched@example.com'");
    if (rows.length > 0) break;
  }
  await watch.stop();
  await own.stop();
});

test("a process that watches the bucket goes on with an import whose time was over", async () => {
  const own = await preferencesService();
  await put("imports/goes-on", many("goes-on"));
  const short = { ...limits, IMPORT_MAX_SECONDS: 0 };
  const watch = watchImports({ ...dependencies(), database: own.database, limits: short, batch: 2000 }, bucket, 10);
  for (;;) {
    const rows = await own.database.query(
      "SELECT lines FROM preferences.imports WHERE key = 'imports/goes-on' AND finished_at IS NOT NULL",
    );
    if (rows.length > 0) break;
  }
  await watch.stop();
  await own.stop();
});

describe("the bytes of an object", () => {
  const bytesOf = async (
    chunks: AsyncIterable<Uint8Array> | Uint8Array[],
    {
      pace = { bytes: 1, seconds: 8 },
      length = 0,
      ...own
    }: Partial<ImportLimits> & { pace?: Pace; length?: number } = {},
  ) => {
    const open = { bucket, key: "imports/bytes", version: "1", bytes: length, body: Readable.from(chunks) };
    const read: Uint8Array[] = [];
    for await (const chunk of objectBytes(open, { ...limits, ...own }, pace)) read.push(chunk);
    return Buffer.concat(read).toString();
  };
  const oneByOne = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte));

  test("are known as gzip when they come one by one", async () => {
    expect(await bytesOf(oneByOne(gzipSync("a line\n")))).toBe("a line\n");
    expect(await bytesOf(oneByOne(Buffer.from("{\n")))).toBe("{\n");
    expect(await bytesOf(oneByOne(Buffer.from("{")))).toBe("{");
    expect(await bytesOf([])).toBe("");
  });

  test("throw when they end before the object's length", async () => {
    await expect(bytesOf([Buffer.from("a\nb")], { length: 4 })).rejects.toThrow("ended after 3 of 4 bytes");
  });

  test("are given up when they drip, though the stream is never silent for long", async () => {
    const drips = async function* () {
      for (let drip = 0; drip < 100; drip += 1) {
        await setTimeout(10);
        yield Uint8Array.of(32);
      }
    };
    const reading = bytesOf(drips(), { length: 1000, pace: { bytes: 1000, seconds: 0.05 } });
    await expect(reading).rejects.toThrow(/comes too slowly: \d+ bytes in 0.05 s, at \d+ of 1000 bytes/);
  });

  test("may come in pieces however the database takes its time", async () => {
    const open = {
      bucket,
      key: "imports/slow",
      version: "1",
      bytes: 5,
      body: Readable.from(oneByOne(Buffer.from("abcde"))),
    };
    const read: Uint8Array[] = [];
    for await (const chunk of objectBytes(open, limits, { bytes: 1000, seconds: 0.05 })) {
      read.push(chunk);
      await setTimeout(20);
    }
    expect(Buffer.concat(read).toString()).toBe("abcde");
  });

  test("are at most as many as the limit says, after unzip", async () => {
    expect(await bytesOf([gzipSync(Buffer.alloc(1000))], { IMPORT_MAX_BYTES: 1000 })).toHaveLength(1000);
    const bomb = bytesOf([gzipSync(Buffer.alloc(50_000_000))], { IMPORT_MAX_BYTES: 1000 });
    await expect(bomb).rejects.toThrow(
      "the object has more than 1000 bytes after unzip; IMPORT_MAX_BYTES sets the limit",
    );
  });
});

describe("a long line", () => {
  const linesFrom = async (...chunks: string[]) => {
    const lines: (string | undefined)[] = [];
    for await (const batch of linesOf(Readable.from(chunks.map((chunk) => Buffer.from(chunk))))) lines.push(...batch);
    return lines;
  };

  test("is dropped while it arrives, and its neighbours are read", async () => {
    const long = "x".repeat(5000);
    expect(await linesFrom(`a\n${long}`, long, `${long}\nb`, `\n${long}`)).toEqual(["a", undefined, "b", undefined]);
  });

  test("is refused, valid or not", () => {
    const valid = line("long@example.com");
    expect(checkLine(valid.padEnd(4096))).toHaveProperty("columns");
    expect(checkLine(valid.padEnd(4097))).toEqual({ reason: "longer than 4096 characters" });
  });
});

test("an import says in the logs what came of it, without its lines", async () => {
  const lines: string[] = [];
  const logger = createLogger({ service: "test", destination: { write: (text: string) => lines.push(text) } });
  await put("imports/logged", `${line("logged@example.com")}\n{"email":"refused@example.com","admin":true}`);
  await importObject({ ...dependencies(), logger }, { bucket, key: "imports/logged" });
  await expect(importObject({ ...dependencies(), logger }, { bucket, key: "imports/absent" })).rejects.toThrow();
  expect(lines.map((text) => JSON.parse(text))).toMatchObject([
    { level: "info", key: "imports/logged", linesImported: 1, linesRejected: 1 },
    { level: "error", key: "imports/absent", importsFailed: 1 },
  ]);
  expect(lines.join("")).not.toContain("@example.com");
});

describe("an object that asks for more than an import may take", () => {
  test.each([
    ["bytes", { IMPORT_MAX_BYTES: 100_000 }, gzipSync(`${line("bytes@example.com")}\n${"x".repeat(10_000_000)}`)],
    ["empty lines", { IMPORT_MAX_LINES: 20_000 }, gzipSync(`${line("lines@example.com")}\n${"\n".repeat(10_000_000)}`)],
    ["lines", { IMPORT_MAX_LINES: 4999 }, many("lines")],
  ])("imports nothing, and says which limit to change: %s", async (name, own, content) => {
    const key = `imports/too-many-${name.replaceAll(" ", "-")}`;
    await put(key, content);
    const [[variable, limit] = ["", 0]] = Object.entries(own);
    const failure = await importsNothing(key, s3, own);
    expect(failure).toMatch(new RegExp(`more than ${limit} .*; ${variable} sets the limit`));
    expect(await count("import_lines")).toBe("0");
  });

  test("has its first refused lines listed, the others counted, and its good lines imported", async () => {
    const content = Array.from({ length: 5000 }, (_, index) => (index === 4000 ? line("kept@example.com") : "{"));
    await put("imports/refusals", content.join("\n"));
    const few = { ...dependencies(), limits: { ...limits, IMPORT_MAX_REFUSALS: 2 } };
    expect(await importObject(few, { bucket, key: "imports/refusals" })).toMatchObject({ rejected: 4999 });
    expect(await rejectedOf("refusals")).toEqual([
      { line: 1, reason: "not JSON" },
      { line: 2, reason: "not JSON" },
      { notListed: 4997, reason: "only the first 2 refused lines are listed; IMPORT_MAX_REFUSALS sets the limit" },
    ]);
    expect(await userOf("kept@example.com")).toBeDefined();
  });
});

test("an object that was imported before is not left open", async () => {
  const key = "imports/connection";
  await put(key, `${line("connection@example.com")}\n${" \n".repeat(500_000)}`);
  const client = clientOf(server.url);
  const bodies: Readable[] = [];
  client.middlewareStack.add(
    (next) => async (request) => {
      const answer = await next(request);
      if ("Body" in answer.output && answer.output.Body instanceof Readable) bodies.push(answer.output.Body);
      return answer;
    },
    { step: "initialize" },
  );
  for (const imported of [true, false]) {
    expect(await importObject({ ...dependencies(), s3: client }, { bucket, key })).toMatchObject({ imported });
  }
  expect(bodies.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  client.destroy();
});

test("the function's client of the bucket gives a silent stream up after 8 s", async () => {
  Object.assign(process.env, s3Environment(server.url), { AWS_REGION: "eu-west-1" });
  const lifetime = { logger: silent, onStop: () => undefined, readyWhen: () => undefined };
  const client = await (await imports.open({ AWS_ENDPOINT_URL_S3: server.url }, lifetime)).client();
  await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  const limits = { connectionTimeout: 2000, socketTimeout: 8000 };
  expect(client.config.requestHandler).toHaveProperty("config", expect.objectContaining(limits));
  client.destroy();
});

test("a process that cannot list the bucket tries again", async () => {
  const own = await preferencesService();
  const flaky = clientOf(server.url);
  let failed = false;
  flaky.middlewareStack.add(
    (next) => async (request) => {
      if (failed) return next(request);
      failed = true;
      throw new Error("no list today");
    },
    { step: "initialize" },
  );
  const watch = watchImports({ ...dependencies(), database: own.database, s3: flaky }, bucket, 10);
  await put("imports/later", line("later@example.com"));
  const imported = () => own.database.query("SELECT FROM preferences.users WHERE email = 'later@example.com'");
  await until(async () => (await imported()).length === 1);
  await watch.stop();
  flaky.destroy();
  await own.stop();
});

import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { s3Environment } from "../../../dependencies/imports/stand-in-program";
import { createDatabase, type Database } from "../../../runtime/database";
import { type TestDatabase, testDatabase } from "../../database";
import { until } from "../../until";
import { type BundledFunction, bundledFunction, type TimeLeft } from "../bundled-function";
import { silent } from "../preferences/service";
import { bucket, type ImportObjects, importObjects, line } from "./import-objects";

let bundle: BundledFunction;
let objects: ImportObjects;
let databases: TestDatabase;
let database: Database;

beforeAll(async () => {
  [bundle, objects] = await Promise.all([bundledFunction("lambda/imports"), importObjects()]);
});
afterAll(() => Promise.all([bundle.remove(), objects.stop()]));
beforeEach(async () => {
  databases = await testDatabase();
  database = createDatabase({ DATABASE_URL: databases.preferencesUrl, DATABASE_POOL_SIZE: 2 }, silent);
});
afterEach(async () => {
  await database.close();
  await databases.drop();
});

/** What S3 tells of an object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const told = (key: string) => ({
  Records: [
    {
      eventVersion: "2.1",
      eventSource: "aws:s3",
      eventName: "ObjectCreated:Put",
      // S3 writes keys as forms do.
      s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key).replaceAll("%20", "+"), sequencer: "1" } },
    },
  ],
});

/** A delivery of SQS with one message. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const deliver = (body: object, timeLeft?: TimeLeft, killed?: Promise<unknown>) =>
  bundle.invoke(
    {
      Records: [
        {
          messageId: "19dd0b57-b21e-4ac1-bd88-01bbb068cb78",
          receiptHandle: "MessageReceiptHandle",
          body: JSON.stringify(body),
          attributes: { ApproximateReceiveCount: "1" },
          eventSource: "aws:sqs",
          eventSourceARN: "arn:aws:sqs:eu-west-1:111122223333:development-imports",
          awsRegion: "eu-west-1",
        },
      ],
    },
    { DATABASE_URL: databases.preferencesUrl, ...s3Environment(objects.server.url) },
    timeLeft,
    killed,
  );

/** Several batches of ten thousand, and an address that is in each. */
const many = 35_000;
const content = Array.from({ length: many }, (_, index) =>
  index % 1000 === 0
    ? line("often@example.com", ["sms", index % 2000 === 0])
    : line(`person-${index}@example.com`, ["sms", true]),
).join("\n");

async function expectEveryLineOnce() {
  const [counts] = await database.query(
    `SELECT (SELECT count(*) FROM preferences.users) AS users, (SELECT count(*) FROM preferences.events) AS events,
            (SELECT event_count FROM preferences.users WHERE email = 'often@example.com') AS often,
            (SELECT count(*) FROM preferences.import_lines) AS staged,
            (SELECT count(*) FROM preferences.imports WHERE finished_at IS NULL) AS unfinished`,
  );
  const often = many / 1000;
  expect(counts).toEqual({
    users: String(many - often + 1),
    events: String(many),
    often,
    staged: "0",
    unfinished: "0",
  });
}

const notes = async () => {
  const { Contents = [] } = await objects.s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: "imports-continued/" }),
  );
  return Contents.flatMap(({ Key }) => Key ?? []);
};

test("imports an object that its queue tells of, and changes nothing when the message comes twice", async () => {
  await objects.put("imports/new users é.ndjson", `${line("imported@example.com", ["sms", true])}\n`);
  await deliver(told("imports/new users é.ndjson"));
  const again = await deliver(told("imports/new users é.ndjson"));
  expect(again.lines).toContainEqual(expect.objectContaining({ because: "it was imported before" }));
  const users = await database.query("SELECT email, consents, event_count FROM preferences.users");
  expect(users).toEqual([{ email: "imported@example.com", consents: { sms_notifications: true }, event_count: 1 }]);
});

test("takes S3's test of the way, and an event without messages, which asks whether it works", async () => {
  const tried = { Service: "Amazon S3", Event: "s3:TestEvent", Time: "2026-11-29T12:00:00.000Z", Bucket: bucket };
  expect((await deliver(tried)).answer).toBeNull();
  const env = { DATABASE_URL: databases.preferencesUrl, ...s3Environment(objects.server.url) };
  expect((await bundle.invoke({ Records: [] }, env)).answer).toBeNull();
  const nowhere = { ...env, DATABASE_URL: "postgres://nobody:nothing@127.0.0.1:1/none" };
  await expect(bundle.invoke({ Records: [] }, nowhere)).rejects.toThrow("ECONNREFUSED");
});

test("fails on a message that tells of no object, so that it ends among the dead letters", async () => {
  await expect(deliver({ what: "is this" })).rejects.toThrow("ended without an answer");
});

test("an object that is larger than its time goes on in messages of its own, none of them in vain", async () => {
  await objects.put("imports/large.ndjson", content);
  const mergedLines: number[] = [];
  let message = told("imports/large.ndjson");
  for (let delivery = 1; ; delivery += 1) {
    expect(delivery).toBeLessThan(20);
    const { lines } = await deliver(message, { asked: 20 * delivery });
    if (lines.some(({ msg }) => msg === "import finished")) break;
    expect(lines).toContainEqual(expect.objectContaining({ msg: "import goes on when it comes again" }));
    const [row] = await database.query<{ merged_line: string }>("SELECT merged_line FROM preferences.imports");
    mergedLines.push(Number(row?.merged_line));
    const [note = "", ...others] = await notes();
    expect(others).toEqual([]);
    message = told(note);
  }
  expect(mergedLines.length).toBeGreaterThan(1);
  await expectEveryLineOnce();
});

test("a delivery that gets no further fails: its message would go round for ever", async () => {
  await objects.put("imports/stuck.ndjson", content);
  await deliver(told("imports/stuck.ndjson"), { asked: 20 });
  await expect(deliver(told("imports/stuck.ndjson"), 1000)).rejects.toThrow("too short for one more batch");
});

test.each([
  ["while it stages", "SELECT FROM preferences.import_staging WHERE lines >= 10000"],
  ["when all is staged", "SELECT FROM preferences.import_staging WHERE state = 'staged'"],
  ["while it merges", "SELECT FROM preferences.imports WHERE merged_line >= 10000"],
])("killed %s and delivered again, nothing is lost and nothing comes twice", async (where, reached) => {
  const key = `imports/killed ${where}.ndjson`;
  await objects.put(key, content);
  const killed = until(async () => (await database.query(reached)).length === 1);
  await expect(deliver(told(key), 28_000, killed)).rejects.toThrow("ended without an answer");
  await deliver(told(key));
  await expectEveryLineOnce();
});

test("of a stream that breaks nothing is imported, and the message stays in the queue", async () => {
  const { gzipSync } = await import("node:zlib");
  await objects.put("imports/broken.ndjson.gz", gzipSync(content).subarray(0, -1000));
  await expect(deliver(told("imports/broken.ndjson.gz"))).rejects.toThrow("unexpected end of file");
  expect(await database.query("SELECT FROM preferences.users")).toEqual([]);
});

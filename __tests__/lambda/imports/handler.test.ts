import { s3Environment } from "../../../dependencies/imports/stand-in-program";
import { createDatabase, type Database } from "../../../runtime/database";
import { type TestDatabase, testDatabase } from "../../database";
import { type BundledFunction, bundledFunction } from "../bundled-function";
import { silent } from "../preferences/service";
import { bucket, type ImportObjects, importObjects, line } from "./import-objects";

let bundle: BundledFunction;
let databases: TestDatabase;
let database: Database;
let objects: ImportObjects;

beforeAll(async () => {
  [bundle, databases, objects] = await Promise.all([
    bundledFunction("lambda/imports"),
    testDatabase(),
    importObjects(),
  ]);
  database = createDatabase({ DATABASE_URL: databases.preferencesUrl, DATABASE_POOL_SIZE: 2 }, silent);
});
afterAll(async () => {
  await database.close();
  await Promise.all([bundle.remove(), databases.drop(), objects.stop()]);
});

const invoke = (event: object, timeLeft?: number) =>
  bundle.invoke(event, { DATABASE_URL: databases.preferencesUrl, ...s3Environment(objects.server.url) }, timeLeft);

test("the bundled function imports an object that S3 tells it of", async () => {
  await objects.put("imports/new users é.ndjson", `${line("imported@example.com", ["sms", true])}\n`);
  // S3 names keys as forms do: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
  const object = { key: "imports/new+users+%C3%A9.ndjson", size: 90, eTag: "tag", sequencer: "1" };
  const event = {
    Records: [{ eventSource: "aws:s3", eventName: "ObjectCreated:Put", s3: { bucket: { name: bucket }, object } }],
  };
  // A function whose time is nearly over fails by itself, and the next one goes on.
  await expect(invoke(event, 1000)).rejects.toThrow("the next one goes on");
  await invoke(event);
  const users = await database.query("SELECT email, consents FROM preferences.users");
  expect(users).toEqual([{ email: "imported@example.com", consents: { sms_notifications: true } }]);
});

import { Client } from "pg";
import { type TestDatabase, testDatabase } from "./database";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

async function query(url: string, statement: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

test("a test's database has every migration applied", async () => {
  const rows = await query(database.adminUrl, "SELECT name FROM pgmigrations ORDER BY id");
  expect(rows[0]).toEqual({ name: "20261101000000000_create-roles" });
});

test("each product's role logs in to a test's database", async () => {
  const who = "SELECT current_user AS name";
  expect(await query(database.preferencesUrl, who)).toEqual([{ name: "preferences_app" }]);
  expect(await query(database.loyaltyUrl, who)).toEqual([{ name: "loyalty_app" }]);
});

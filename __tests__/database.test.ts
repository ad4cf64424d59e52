import { query, type TestDatabase, testDatabase } from "./database";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

test("a test's database has every migration applied", async () => {
  const rows = await query(database.adminUrl, "SELECT name FROM pgmigrations ORDER BY id");
  expect(rows[0]).toEqual({ name: "20261101000000000_create-roles" });
});

test("each product's role logs in to a test's database", async () => {
  const who = "SELECT current_user AS name";
  expect(await query(database.preferencesUrl, who)).toEqual([{ name: "preferences_app" }]);
  expect(await query(database.loyaltyUrl, who)).toEqual([{ name: "loyalty_app" }]);
});

import { nameFault, nameFaults } from "../../../ops/migrate/names";

const now = new Date("2026-11-23T10:00:00.000Z");
const messages = (...files: string[]) => nameFaults(files, now).map(({ file, message }) => `${file} ${message}`);

test("files of two moments, each named verb-noun, are in order", () => {
  expect(messages("20261101000000000_create-roles.ts", "20261102093000123_index-users-email.ts")).toEqual([]);
});

test.each([
  ["create-users.ts", "must be named <timestamp>_<verb>-<noun>.ts"],
  ["20261101000000000_create-users.sql", "must be named <timestamp>_<verb>-<noun>.ts"],
  ["20261101000000000_users.ts", 'verb-noun in lower case, such as create-users or index-users-email; got "users"'],
  ["20261101000000000_Create-Users.ts", 'got "Create-Users"'],
  ["20261101000000000_users-table.ts", "begins with one of add, alter, backfill"],
  ["20261301000000000_create-users.ts", "must begin with a UTC time of 17 digits"],
  ["20260230000000000_create-users.ts", "must begin with a UTC time of 17 digits"],
  ["1764547200000_create-users.ts", "must begin with a UTC time of 17 digits"],
  ["20261124000000000_create-users.ts", "must not come from the future: it is 20261123100000000"],
])("%s is refused", (file, message) => {
  expect(messages(file)).toEqual([expect.stringContaining(message)]);
});

test("two migrations of one moment are refused", () => {
  expect(messages("20261101000000000_create-a.ts", "20261101000000000_create-b.ts")).toEqual([
    "20261101000000000_create-b.ts has the timestamp of 20261101000000000_create-a.ts: nothing says which runs first",
  ]);
});

test.each(["", "users", "create users", "create-users; rm", "../create-users", "create-"])(
  "a new migration is not named %p",
  (name) => {
    expect(nameFault(name)).toContain(`got "${name}"`);
  },
);

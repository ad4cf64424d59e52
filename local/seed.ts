import pg from "pg";

/** argon2id of `password`, the parameters those of the Auth API. It opens nothing but a developer's own machine. */
const passwordHash =
  "$argon2id$v=19$m=19456,t=2,p=1$7+p0HxWdvRTE9ev23byr9Q$nbDxRV2zWlIfFdFHcaH6sbm04RewVsUP3gbeXFyfs1M";

const users = [
  { username: "alice", canTransact: true },
  { username: "bob", canTransact: true },
  { username: "charlie", canTransact: false },
];

/**
 * Makes the loyalty services' development users, or puts them back as they were; their transactions stay.
 * @param databaseUrl the migrated database, as a role that may write `loyalty.users`
 */
export async function seedLoyalty(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO loyalty.users (username, password_hash, can_transact)
       SELECT username, $2, can_transact FROM unnest($1::text[], $3::boolean[]) AS seed (username, can_transact)
       ON CONFLICT (username) DO UPDATE SET password_hash = excluded.password_hash, can_transact = excluded.can_transact`,
      [users.map(({ username }) => username), passwordHash, users.map(({ canTransact }) => canTransact)],
    );
  } finally {
    await client.end();
  }
}

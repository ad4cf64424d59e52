import { Client, type ClientConfig } from "pg";

/** Connects to a database, by its URL or otherwise, and ends the connection once the work is done, or has thrown. */
export async function withClient<T>(database: string | ClientConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(database);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

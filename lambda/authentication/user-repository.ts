import type { Queries } from "../../runtime/database";

export interface User {
  readonly id: number;
  readonly username: string;
  readonly passwordHash: string;
  readonly canTransact: boolean;
}

export type UserRepository = ReturnType<typeof userRepository>;

export const userRepository = (database: Queries) => ({
  /** The user of exactly this name, if there is one. */
  async find(username: string): Promise<User | undefined> {
    const [row] = await database.query<{ id: string; username: string; password_hash: string; can_transact: boolean }>(
      "SELECT id, username, password_hash, can_transact FROM loyalty.users WHERE username = $1",
      [username],
    );
    if (row === undefined) return undefined;
    const { id, password_hash: passwordHash, can_transact: canTransact } = row;
    return { id: Number(id), username: row.username, passwordHash, canTransact };
  },
});

import type { Queries } from "../../runtime/database";

export interface User {
  readonly id: number;
  readonly username: string;
  readonly passwordHash: string;
  readonly canTransact: boolean;
}

export interface UserRepository {
  /** The user of exactly this name, if there is one. */
  find(username: string): Promise<User | undefined>;
}

export const userRepository = (database: Queries): UserRepository => ({
  async find(username) {
    const [row] = await database.query<{ id: string; username: string; password_hash: string; can_transact: boolean }>(
      "SELECT id, username, password_hash, can_transact FROM loyalty.users WHERE username = $1",
      [username],
    );
    if (row === undefined) return undefined;
    const { id, password_hash: passwordHash, can_transact: canTransact } = row;
    return { id: Number(id), username: row.username, passwordHash, canTransact };
  },
});

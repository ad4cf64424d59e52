import type { Claims } from "../../contracts/loyalty";
import type { Api } from "../../runtime/api";
import { formOrJson } from "../../runtime/body";
import { Problem } from "../../runtime/problem";
import * as z from "../../runtime/schema";
import type { Tokens } from "../../runtime/token";
import type { AttemptLimit } from "./attempt-limit";
import type { ClientAddress } from "./client-address";
import type { Passwords } from "./password";
import type { User, UserRepository } from "./user-repository";

export interface Dependencies {
  readonly users: UserRepository;
  readonly passwords: Passwords;
  readonly attempts: AttemptLimit;
  readonly tokens: Tokens<Claims>;
  readonly clientAddress: ClientAddress;
}

/** A non-blank text without NUL, which PostgreSQL cannot hold. */
const field = (name: string, longest: number) =>
  z.string(`${name} is missing or not a text`).check(
    z.refine((value) => value.trim() !== "", `${name} is blank`),
    z.refine((value) => !value.includes("\0"), `${name} contains a NUL character`),
    // Hashing a megabyte is work that nobody should be able to order.
    z.refine((value) => value.length <= longest, `${name} has at most ${longest} characters`),
  );

const Credentials = z.object({ username: field("username", 64), password: field("password", 1024) }, "send an object");

export function addOperations(api: Api, { users, passwords, attempts, tokens, clientAddress }: Dependencies): void {
  api.operation(
    {
      method: "post",
      path: "/token",
      summary: "Trade a username and a password for a token",
      description: "The token is valid for 30 seconds.",
      request: z.object({ body: Credentials }),
      bodyForm: formOrJson,
      answers: {
        200: { description: "The token.", body: z.strictObject({ token: z.string() }).check(z.meta({ id: "Token" })) },
        401: { description: "The username or the password is wrong." },
        429: { description: "Too many failed attempts on this username or from this address: Retry-After says when." },
      },
    },
    async ({ body: { username, password } }, context) => {
      const address = clientAddress(context);
      const giveBack = await attempts.take(username, address);
      let user: User | undefined;
      let isRight = false;
      try {
        user = await users.find(username);
        isRight = await passwords.matches(password, user?.passwordHash);
      } catch (error) {
        // Whether the attempt was right nobody knows: a fault of ours is not held against the user.
        await giveBack();
        throw error;
      }
      if (!isRight || user === undefined) throw new Problem(401, "username or password is wrong");
      await giveBack();
      const token = await tokens.issue({ user_id: user.id, username, can_transact: user.canTransact });
      return context.json({ token });
    },
  );
}

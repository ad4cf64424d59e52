import { randomBytes } from "node:crypto";
import { type Algorithm, hash, type Options, verify } from "@node-rs/argon2";

/** OWASP's minimum for argon2id: 19 MiB, 2 passes, 1 lane (Password Storage Cheat Sheet). Some 11 ms. */
const parameters = {
  // `Algorithm` is a const enum, which isolated modules cannot inline; 2 is its Argon2id.
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const satisfies Options;

export interface Passwords {
  /** Whether `password` is the one behind `hash`; without a hash, the same work is done and the answer is no. */
  matches(password: string, hash: string | undefined): Promise<boolean>;
}

/** The argon2id hash of a password, in PHC form. */
export const hashPassword = (password: string): Promise<string> => hash(password, parameters);

/**
 * Compares passwords in a time that does not tell whether there was a hash to compare with.
 * @param check replaces argon2's own, for tests that count the work
 */
export async function createPasswords(check: typeof verify = verify): Promise<Passwords> {
  const nobody = await hashPassword(randomBytes(32).toString("hex"));
  return {
    async matches(password, stored) {
      const equal = await check(stored ?? nobody, password);
      return equal && stored !== undefined;
    },
  };
}

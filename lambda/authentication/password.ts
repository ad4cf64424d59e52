import { randomBytes } from "node:crypto";
import { type Algorithm, hash, type Options, verify } from "@node-rs/argon2";
import { BulkheadRejectedError, bulkhead } from "cockatiel";
import { unavailable } from "../../runtime/problem";

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

export interface PasswordLimits {
  /** Hashes that are computed at once, each by a thread that takes a whole core. */
  readonly atOnce: number;
  /** Comparisons that may wait for their turn. */
  readonly waiting: number;
}

/** The argon2id hash of a password, in PHC form. */
export const hashPassword = (password: string): Promise<string> => hash(password, parameters);

/**
 * Compares passwords in a time that does not tell whether there was a hash to compare with, a few at once, so that those
 * who log in leave cores to everybody else. Who would have to wait behind too many others gets a 503 at once.
 * @param check replaces argon2's own, for tests that count the work
 */
export async function createPasswords(
  { atOnce, waiting }: PasswordLimits,
  check: typeof verify = verify,
): Promise<Passwords> {
  const limit = bulkhead(atOnce, waiting);
  const nobody = await hashPassword(randomBytes(32).toString("hex"));
  return {
    async matches(password, stored) {
      const equal = await limit.execute(() => check(stored ?? nobody, password)).catch(refuseCrowd);
      return equal && stored !== undefined;
    },
  };
}

function refuseCrowd(error: unknown): never {
  if (error instanceof BulkheadRejectedError)
    throw unavailable("Too many log in at this moment. Try again shortly.", error);
  throw error;
}

import { hash } from "@node-rs/argon2";
import { unzipSync } from "fflate";
import { Failure } from "../../runtime/failure";
import { zip } from "../program/zip";
import { type SmokeUser, smokeUserFile } from "./smoke-user";

/** Nobody types it: a guess must be hopeless, and so is one at its hash. */
const fewest = 24;

/**
 * The user of SMOKE_TEST_USERNAME and SMOKE_TEST_PASSWORD, its password hashed here, so that AWS never holds it. argon2's defaults are
 * above the parameters of the Auth API.
 * @returns undefined when neither is set
 * @throws Failure when one of them is missing, or the password is too short
 */
export async function smokeUserOf(env: Readonly<Record<string, string | undefined>>): Promise<SmokeUser | undefined> {
  const { SMOKE_TEST_USERNAME: username, SMOKE_TEST_PASSWORD: password } = env;
  if (!username && !password) return undefined;
  if (!username || !password || password.length < fewest) {
    throw new Failure(
      `set SMOKE_TEST_USERNAME, and SMOKE_TEST_PASSWORD to ${fewest} random characters or more (openssl rand -base64 24), or neither`,
    );
  }
  return { username, passwordHash: await hash(password) };
}

/** The archive of migrations, with the user in it beside what was there. */
export const withSmokeUser = (archive: Uint8Array, user: SmokeUser): Buffer =>
  zip([
    ...Object.entries(unzipSync(archive)).map(([name, content]) => ({ name, content })),
    { name: smokeUserFile, content: JSON.stringify(user) },
  ]);

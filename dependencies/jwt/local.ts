import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { SetUpLocally } from "../local-dependency";

/** A secret of this folder, made once. */
export const jwt: SetUpLocally = async ({ folder }) => {
  const { jwt: secret } = readOrCreateSecrets(folder);
  return { steps: [], variables: () => ({ JWT_SECRET: secret }) };
};

const secrets = z.object({
  /** Signs tokens: 32 bytes and more, as RFC 7518 section 3.2 asks of a key for HS256. */
  jwt: z.string().min(43),
});

export type Secrets = z.infer<typeof secrets>;

/** The secrets of this environment, made once and kept in `secrets.json`, which only its owner can read. */
function readOrCreateSecrets(folder: string): Secrets {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, "secrets.json");
  if (existsSync(file)) {
    const found = secrets.safeParse(JSON.parse(readFileSync(file, "utf8")));
    if (found.success) return found.data;
    throw new Error(
      `${file} is not what it should be: ${z.prettifyError(found.error)}; delete it to have it made anew`,
    );
  }
  const made: Secrets = { jwt: randomBytes(48).toString("base64url") };
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  return made;
}

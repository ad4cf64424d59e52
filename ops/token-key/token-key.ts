import { createHash, randomBytes } from "node:crypto";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import { Failure } from "../../runtime/failure";
import type { Report } from "../program/aws";

const Key = z.strictObject({ id: z.string().min(8), secret: z.string().min(64) });

/** What the secret holds, as JSON; the services read it with a schema of their own (runtime/). */
const TokenSecret = z.strictObject({ current: Key, previous: Key.nullable(), rotatedAt: z.iso.datetime() });
type TokenSecret = z.infer<typeof TokenSecret>;

export interface TokenKeyOptions {
  readonly secretsManager: SecretsManagerClient;
  /** Name of the secret, which deploy-infrastructure makes without a value. */
  readonly secret: string;
  readonly report: Report;
  /** The clock, in milliseconds. @default the system's */
  readonly now?: () => number;
}

/** What a run did; an id is in every token, and no secret. */
export interface TokenKeyResult {
  readonly secret: string;
  readonly made: "the first key" | "the next key" | "nothing";
  /** Of the key that was made. */
  readonly id?: string;
}

/**
 * Minutes between two rotations. A service reads the keys again after 5 minutes, and a token lives half a minute: before both have
 * passed, somebody may still sign, or hold, what a second rotation would forget.
 */
const apart = 6;

/** Makes the first key where there is none. */
export async function makeFirstKey(options: TokenKeyOptions): Promise<TokenKeyResult> {
  const { secretsManager, secret, report, now = Date.now } = options;
  const { VersionIdsToStages = {} } = await describe(options);
  if (Object.values(VersionIdsToStages).some((stages) => stages.includes("AWSCURRENT"))) {
    report(`${secret}: there is a key already`);
    return { secret, made: "nothing" };
  }
  const first = { current: newKey(), previous: null, rotatedAt: new Date(now()).toISOString() };
  // Two that make the first key at once ask for the same version: one of them is refused.
  if (await put(secretsManager, secret, versionAfter("none"), first)) {
    report(`${secret}: made the first key, ${first.current.id}`);
    return { secret, made: "the first key", id: first.current.id };
  }
  report(`${secret}: another run made the first key meanwhile`);
  return { secret, made: "nothing" };
}

/**
 * Makes a new key; the one before stays beside it, for the tokens that it signed.
 * @throws Failure while the last rotation is younger than 6 minutes, or when another run rotates at the same time
 */
export async function rotateKey(options: TokenKeyOptions): Promise<TokenKeyResult> {
  const { secretsManager, secret, report, now = Date.now } = options;
  const { VersionId = "", SecretString } = await secretsManager
    .send(new GetSecretValueCommand({ SecretId: secret }))
    .catch(explainMissing(secret));
  const { current, rotatedAt } = read(secret, SecretString);
  const age = now() - Date.parse(rotatedAt);
  if (age < apart * 60_000) {
    const wait = Math.ceil((apart * 60_000 - age) / 1_000);
    throw new Failure(
      `${secret}: the last rotation, at ${rotatedAt}, must be ${apart} minutes old, so that no service signs or holds a token with an older key: try again in ${wait} s`,
    );
  }
  const next = { current: newKey(), previous: current, rotatedAt: new Date(now()).toISOString() };
  // Two rotations of the same key ask for the same version: one of them is refused, and so no key is lost.
  if (!(await put(secretsManager, secret, versionAfter(VersionId), next))) {
    throw new Failure(`${secret}: another run rotates the key; nothing was changed here`);
  }
  report(`${secret}: made ${next.current.id}; ${current.id} stays valid beside it`);
  return { secret, made: "the next key", id: next.current.id };
}

const describe = ({ secretsManager, secret }: TokenKeyOptions) =>
  secretsManager.send(new DescribeSecretCommand({ SecretId: secret })).catch(explainMissing(secret));

const explainMissing =
  (secret: string) =>
  (error: unknown): never => {
    if (!isNamed(error, "ResourceNotFoundException")) throw error;
    throw new Failure(
      `${secret}: Secrets Manager has no such secret, or no value in it: deploy-infrastructure makes the one, make token-key the other`,
    );
  };

function read(secret: string, value: string | undefined): TokenSecret {
  try {
    return TokenSecret.parse(JSON.parse(value ?? ""));
  } catch {
    // Whatever it says of the value may hold a part of it.
    throw new Failure(`${secret} must hold what make token-key writes, got something else`);
  }
}

/** HS256 is as strong as its key; 48 bytes are more than its 32 (RFC 7518, section 3.2). */
const newKey = () => ({ id: randomBytes(9).toString("base64url"), secret: randomBytes(48).toString("base64url") });

/** The name of the version that follows another: the same for all who saw that one. */
const versionAfter = (version: string) => createHash("sha256").update(`after ${version}`).digest("hex");

/** False when a version of this name is there with another value: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
async function put(
  client: SecretsManagerClient,
  secret: string,
  version: string,
  value: TokenSecret,
): Promise<boolean> {
  try {
    await client.send(
      new PutSecretValueCommand({
        SecretId: secret,
        ClientRequestToken: version,
        SecretString: JSON.stringify(value),
      }),
    );
    return true;
  } catch (error) {
    if (isNamed(error, "ResourceExistsException")) return false;
    throw error;
  }
}

const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;

import { createHash, createSecretKey, type KeyObject } from "node:crypto";

/** A secret, and the id by which a token names it: its `kid`. */
export interface TokenKey {
  readonly id: string;
  readonly secret: KeyObject;
}

/** The keys of now, as those who sign and those who check ask for them. */
export interface TokenKeys {
  /** Signs new tokens. */
  signing(): Promise<TokenKey>;
  /** The key of this id; undefined when there is none, or none any more. */
  find(id: string): Promise<TokenKey | undefined>;
}

/** The fewest bytes of a secret: HS256 is as strong as its key (RFC 7518, section 3.2). */
export const fewestBytes = 32;

/** A key. Throws when its secret has fewer than 32 bytes. */
export function tokenKey(id: string, secret: Uint8Array): TokenKey {
  if (secret.length < fewestBytes) {
    throw new Error(`a token's secret must have at least ${fewestBytes} bytes, got ${secret.length}`);
  }
  return { id, secret: createSecretKey(secret) };
}

/** Keys that stay as they are: of secrets that a process was started with, which have no ids but their own hashes. */
export function fixedKeys(secret: string, previousSecret?: string): TokenKeys {
  const keys = [secret, ...(previousSecret === undefined ? [] : [previousSecret])].map((text) =>
    tokenKey(createHash("sha256").update(`kid ${text}`).digest("base64url").slice(0, 16), Buffer.from(text)),
  );
  const [current] = keys;
  return {
    signing: async () => {
      if (current === undefined) throw new Error("there is no secret");
      return current;
    },
    find: async (id) => keys.find((key) => key.id === id),
  };
}

/** What a rotation leaves: the new key, and the one before, which tokens under way were signed with. */
export interface RotatedKeys {
  readonly current: TokenKey;
  readonly previous: TokenKey | undefined;
  /** When `current` became it, in milliseconds. */
  readonly rotatedAt: number;
}

export interface RenewedKeysOptions {
  /** Reads the keys of now. */
  readonly read: () => Promise<RotatedKeys>;
  /** Hears why they could not be read again; the known ones stay. */
  readonly onError: (error: unknown) => void;
  /** The clock, in milliseconds. @default the system's */
  readonly now?: () => number;
}

/** Milliseconds that keys are used before they are read again. */
const useFor = 300_000;
/** Milliseconds between two reads, whatever ids are asked for: a made-up one must not cost a read each. */
const readAgainAfter = 5_000;
/**
 * Milliseconds that a new key is known before it signs. By then whoever read the keys for an unknown id, and may not read
 * them again for 5 s, has read the new one; so a token's first verifier always finds its key, even while somebody sends
 * made-up ids.
 */
const signsAfter = 10_000;

/** Keys that are rotated while services run. Resolves when they are read; rejects when they cannot be. */
export async function renewedKeys({ read, onError, now = Date.now }: RenewedKeysOptions): Promise<TokenKeys> {
  let triedAt = now();
  let keys = await read();
  let readAt = triedAt;
  let reading: Promise<void> | undefined;

  async function readAgain(): Promise<void> {
    triedAt = now();
    try {
      keys = await read();
      readAt = triedAt;
    } catch (error) {
      onError(error);
    }
  }
  /** One read at a time, which all who need it wait for. */
  const renew = (): Promise<void> | undefined => {
    if (reading === undefined && now() - triedAt >= readAgainAfter) {
      reading = readAgain().finally(() => {
        reading = undefined;
      });
    }
    return reading;
  };
  const known = (id: string) => [keys.current, keys.previous].find((key) => key?.id === id);

  return {
    async signing() {
      if (now() - readAt >= useFor) await renew();
      const { current, previous, rotatedAt } = keys;
      return previous !== undefined && now() - rotatedAt < signsAfter ? previous : current;
    },
    async find(id) {
      if (now() - readAt >= useFor || known(id) === undefined) await renew();
      return known(id);
    },
  };
}

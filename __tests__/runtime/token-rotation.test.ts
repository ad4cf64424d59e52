import { randomBytes } from "node:crypto";
import fc from "fast-check";
import * as z from "zod";
import { createTokens, InvalidToken } from "../../runtime/token";
import { type RotatedKeys, renewedKeys, tokenKey } from "../../runtime/token-keys";
import { readTokenSecret } from "../../runtime/token-secret";

const contract = { issuer: "ours", audience: "theirs", lifetime: 30, claims: z.object({ user_id: z.int() }) };

/** A secret that is rotated, and a clock that services share. */
class Rotated {
  now = Date.parse("2026-11-23T12:00:00Z");
  reads = 0;
  fails = false;
  #count = 0;
  #keys: RotatedKeys = { current: this.#key(), previous: undefined, rotatedAt: this.now };

  #key() {
    this.#count += 1;
    return tokenKey(`key-${this.#count}`, randomBytes(48));
  }
  rotate(): void {
    this.#keys = { current: this.#key(), previous: this.#keys.current, rotatedAt: this.now };
  }
  get rotatedAt(): number {
    return this.#keys.rotatedAt;
  }
  keys = () =>
    renewedKeys({
      read: async () => {
        this.reads += 1;
        if (this.fails) throw new Error("no answer");
        return this.#keys;
      },
      onError: () => undefined,
      now: () => this.now,
    });
  /** A service that reads the secret now. */
  async service() {
    const tokens = createTokens({ ...contract, keys: await this.keys(), now: () => new Date(this.now) });
    return { issue: () => tokens.issue({ user_id: 1 }), verify: tokens.verify };
  }
}

/** A token of a made-up key, which costs nothing to make. */
const madeUp = () =>
  createTokens({
    ...contract,
    keys: {
      signing: async () => tokenKey(`made-up-${randomBytes(4).toString("hex")}`, randomBytes(48)),
      find: async () => undefined,
    },
  }).issue({ user_id: 1 });

test("no token is refused, whenever services started, the key was rotated, and somebody sends made-up ones", async () => {
  const step = fc.record({
    seconds: fc.integer({ min: 0, max: 400 }),
    what: fc.constantFrom("start", "rotate", "made-up", "nothing"),
    signer: fc.nat(),
    verifier: fc.nat(),
    /** How old the token is when it is checked. */
    age: fc.integer({ min: 0, max: 29 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const secret = new Rotated();
      const services = [await secret.service(), await secret.service()];
      for (const { seconds, what, signer, verifier, age } of steps) {
        secret.now += seconds * 1000;
        if (what === "start") services.push(await secret.service());
        // The command refuses a rotation before that.
        if (what === "rotate" && secret.now - secret.rotatedAt >= 360_000) secret.rotate();
        const checking = services[verifier % services.length];
        const token = (await services[signer % services.length]?.issue()) ?? "";
        if (what === "made-up") await expect(checking?.verify(await madeUp())).rejects.toThrow(InvalidToken);
        secret.now += age * 1000;
        await expect(checking?.verify(token)).resolves.toEqual({ user_id: 1 });
      }
    }),
    { numRuns: 200 },
  );
});

test("a made-up id just before a new key's first token does not keep the key from being read", async () => {
  const secret = new Rotated();
  const old = await secret.service();
  secret.now += 60_000;
  await expect(old.verify(await madeUp())).rejects.toThrow(InvalidToken);
  secret.rotate();
  const young = await secret.service();
  for (let second = 0; second < 30; second += 1) {
    secret.now += 1000;
    await expect(old.verify(await young.issue())).resolves.toEqual({ user_id: 1 });
    await expect(old.verify(await madeUp())).rejects.toThrow(InvalidToken);
  }
});

test("made-up ids cost one read in 5 seconds, however many are sent at once", async () => {
  const secret = new Rotated();
  const service = await secret.service();
  secret.now += 5_000;
  const tokens = await Promise.all(Array.from({ length: 20 }, madeUp));
  await Promise.allSettled(tokens.map((token) => service.verify(token)));
  secret.now += 4_999;
  await Promise.allSettled(tokens.map((token) => service.verify(token)));
  expect(secret.reads).toBe(2);
});

test("keys are read again after 5 minutes of use, so that a key that was rotated away is let go", async () => {
  const secret = new Rotated();
  const [signer, verifier] = [await secret.service(), await secret.service()];
  secret.rotate();
  secret.now += 299_999;
  const last = await signer.issue();
  secret.now += 1;
  expect(secret.reads).toBe(2);
  await expect(verifier.verify(last)).resolves.toEqual({ user_id: 1 });
  expect(secret.reads).toBe(3);
});

test("while the secret cannot be read, a service goes on with the keys that it knows", async () => {
  const secret = new Rotated();
  const [signer, verifier] = [await secret.service(), await secret.service()];
  secret.fails = true;
  secret.now += 3_600_000;
  await expect(verifier.verify(await signer.issue())).resolves.toEqual({ user_id: 1 });
  await expect(secret.service()).rejects.toThrow("no answer");
});

describe("the value of the token secret", () => {
  const key = (id: string) => ({ id, secret: randomBytes(48).toString("base64url") });
  const value = { current: key("current1"), previous: key("previous"), rotatedAt: "2026-11-23T12:00:00.000Z" };

  test("is two keys of 48 bytes and the time of the rotation", () => {
    const { current, previous, rotatedAt } = readTokenSecret(JSON.stringify(value));
    expect(current.secret.export()).toEqual(Buffer.from(value.current.secret, "base64url"));
    expect([current.id, previous?.id, rotatedAt]).toEqual(["current1", "previous", 1_795_435_200_000]);
    expect(readTokenSecret(JSON.stringify({ ...value, previous: null })).previous).toBeUndefined();
  });

  test.each([
    ["nothing", undefined],
    ["no JSON", `{"current": "${value.current.secret}`],
    [
      "a short secret",
      JSON.stringify({ ...value, current: { id: "current1", secret: value.current.secret.slice(1) } }),
    ],
    ["no previous key", JSON.stringify({ ...value, previous: undefined })],
  ])("that is %s is refused, in words that do not repeat it", (_, text) => {
    const read = () => readTokenSecret(text);
    expect(read).toThrow("the token secret is");
    expect(read).not.toThrow(value.current.secret.slice(1, 20));
  });
});

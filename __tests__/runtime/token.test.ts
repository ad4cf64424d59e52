import { createHmac, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { SignJWT } from "jose";
import * as z from "zod";
import { createTokens, InvalidToken } from "../../runtime/token";
import { fixedKeys } from "../../runtime/token-keys";

const secret = "the secret of this test, 32 bytes or more";
const other = "another secret of this test, 32 bytes or more";
const claims = { user_id: 1, username: "alice", can_transact: true };
const contract = {
  issuer: "platform/authentication",
  audience: "platform/transactions",
  lifetime: 30,
  claims: z.object({ user_id: z.int().positive(), username: z.string().min(1), can_transact: z.boolean() }),
};
const start = new Date("2026-11-23T12:00:00Z");
const after = (milliseconds: number) => () => new Date(start.getTime() + milliseconds);
const issued = (by = secret) => createTokens({ ...contract, keys: fixedKeys(by), now: () => start }).issue(claims);
const verified = (token: string, { keys = fixedKeys(secret), now = () => start } = {}) =>
  createTokens({ ...contract, keys, now }).verify(token);

/** A token whose header and payload are given, signed as HS256 would. */
function forged(header: object, payload: object, key = secret): string {
  const encoded = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${encoded}.${createHmac("sha256", key).update(encoded).digest("base64url")}`;
}

const seconds = start.getTime() / 1000;
const header: Record<string, unknown> = { alg: "HS256", typ: "JWT" };
const payload = {
  ...claims,
  iss: "platform/authentication",
  aud: "platform/transactions",
  iat: seconds,
  exp: seconds + 30,
};

beforeAll(async () => {
  header.kid = (await fixedKeys(secret).signing()).id;
});

test("a token carries the contract's claims and ends 30 seconds after it was issued", async () => {
  const [, body = ""] = (await issued()).split(".");
  expect(JSON.parse(Buffer.from(body, "base64url").toString())).toMatchObject({ ...claims, exp: seconds + 30 });
});

test("a token is valid until its 30th second and not a moment longer", async () => {
  const token = await issued();
  await expect(verified(token, { now: after(29_999) })).resolves.toEqual(claims);
  await expect(verified(token, { now: after(30_000) })).rejects.toThrow("token has expired");
});

test("a token of the system's clock is refused once that clock is 30 seconds on", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "setTimeout"] });
  const tokens = createTokens({ ...contract, keys: fixedKeys(secret) });
  const token = await tokens.issue(claims);
  await expect(tokens.verify(token)).resolves.toEqual(claims);
  jest.setSystemTime(Date.now() + 30_000);
  await expect(tokens.verify(token)).rejects.toThrow("token has expired");
  jest.useRealTimers();
});

test("the forging of this test is right: without a fault its token is accepted", async () => {
  await expect(verified(forged(header, payload))).resolves.toEqual(claims);
});

test.each([
  [
    "algorithm none",
    () =>
      `${forged({ ...header, alg: "none" }, payload)
        .split(".")
        .slice(0, 2)
        .join(".")}.`,
  ],
  ["another algorithm in its header", () => forged({ ...header, alg: "HS512" }, payload)],
  ["another issuer", () => forged(header, { ...payload, iss: "elsewhere" })],
  ["another audience", () => forged(header, { ...payload, aud: "platform/preferences" })],
  ["no end", () => forged(header, { ...payload, exp: undefined })],
  ["a longer life than ours", () => forged(header, { ...payload, iat: seconds - 31, exp: seconds + 3600 })],
  ["a birth in the future", () => forged(header, { ...payload, iat: seconds + 3600, exp: seconds + 3630 })],
  ["another secret", () => forged(header, payload, other)],
  ["no key's id", () => forged({ ...header, kid: undefined }, payload)],
  ["an unknown key's id", () => forged({ ...header, kid: "made-up-id" }, payload)],
  ["another type", () => forged({ ...header, typ: "at+jwt" }, payload)],
  ["a critical extension", () => forged({ ...header, crit: ["exp"] }, payload)],
  ["a user that is no number", () => forged(header, { ...payload, user_id: "1" })],
  ["no word on transacting", () => forged(header, { ...payload, can_transact: undefined })],
])("a token with %s is refused", async (_, token) => {
  await expect(verified(token())).rejects.toThrow(InvalidToken);
});

test.each(["HS384", "HS512"])("a token signed with %s and the right secret is refused", async (alg) => {
  const keys = fixedKeys(secret.repeat(2));
  const { id: kid } = await keys.signing();
  const token = await new SignJWT(payload)
    .setProtectedHeader({ alg, typ: "JWT", kid })
    .sign(Buffer.from(secret.repeat(2)));
  await expect(verified(token, { keys })).rejects.toThrow(InvalidToken);
});

test("a token signed with a private key is refused", async () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const protectedHeader = { ...header, alg: "RS256" };
  const token = await new SignJWT(payload).setProtectedHeader(protectedHeader).sign(privateKey);
  await expect(verified(token)).rejects.toThrow(InvalidToken);
});

test("whatever is sent as a token is refused as one, never a crash", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.base64String().map((text) => `${text}.${text}.${text}`),
      ),
      async (token) => {
        await expect(verified(token)).rejects.toThrow(InvalidToken);
      },
    ),
  );
});

test("while a secret is rotated, tokens of both are accepted, and new ones are signed with the new one", async () => {
  const rotating = fixedKeys(other, secret);
  await expect(verified(await issued(), { keys: rotating })).resolves.toEqual(claims);
  const fresh = await createTokens({ ...contract, keys: rotating, now: () => start }).issue(claims);
  await expect(verified(fresh, { keys: fixedKeys(other) })).resolves.toEqual(claims);
  await expect(verified(fresh)).rejects.toThrow(InvalidToken);
});

test("a secret of fewer than 32 bytes is refused at start, with its length", () => {
  expect(() => fixedKeys("s".repeat(31))).toThrow(/at least 32 bytes.*got 31/);
  expect(() => fixedKeys(secret, "short")).toThrow(/at least 32 bytes.*got 5/);
});

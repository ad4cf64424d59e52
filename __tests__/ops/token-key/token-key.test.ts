import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { clientSettings } from "../../../ops/program/aws";
import { makeFirstKey, rotateKey } from "../../../ops/token-key/token-key";
import { AwsError } from "../aws-stand-in/call";
import type { Secret } from "../aws-stand-in/secrets-manager";
import { AwsStandIn } from "../aws-stand-in/server";
import { runProgram } from "../run-program";

const name = "development/token-key";
const minute = 60_000;
const start = Date.parse("2026-11-29T03:00:00Z");

let aws: AwsStandIn;
let secret: Secret;
let time: number;
beforeEach(async () => {
  aws = await AwsStandIn.start();
  secret = aws.secrets.add(name);
  time = start;
});
afterEach(() => aws.stop());

const output: string[] = [];
const options = () => ({
  secretsManager: new SecretsManagerClient({ ...clientSettings("eu-west-1"), ...aws.clientSettings }),
  secret: name,
  report: (line: string) => void output.push(line),
  now: () => time,
});
const first = () => makeFirstKey(options());
const rotate = () => rotateKey(options());
const value = () => JSON.parse(secret.current ?? "null");
const key = { id: expect.stringMatching(/^[\w-]{8,64}$/), secret: expect.stringMatching(/^[\w-]{64}$/) };

describe("the first key", () => {
  test("is made where there is none: 48 random bytes under an id", async () => {
    const { id } = await first();
    expect(value()).toEqual({ current: key, previous: null, rotatedAt: "2026-11-29T03:00:00.000Z" });
    expect(value().current.id).toBe(id);
    expect(Buffer.from(value().current.secret, "base64url")).toHaveLength(48);
  });

  test("stays when the program runs again, which does not even read it", async () => {
    await first();
    const made = secret.current;
    const before = aws.calls.length;
    await expect(first()).resolves.toEqual({ secret: name, made: "nothing" });
    expect(secret.current).toBe(made);
    expect(aws.calls.slice(before).map(({ action }) => action)).toEqual(["secretsmanager:DescribeSecret"]);
  });

  test("is made once by two that make it at the same time", async () => {
    const made = (await Promise.all([first(), first()])).map((result) => result.made);
    expect(made.sort()).toEqual(["nothing", "the first key"]);
    expect(secret.versions).toHaveLength(1);
  });

  test("needs the secret, which the infrastructure brings", async () => {
    aws.secrets.secrets.clear();
    await expect(first()).rejects.toThrow("deploy-infrastructure makes the one");
  });
});

describe("a rotation", () => {
  beforeEach(first);

  test("keeps the key before beside the new one, and no older one", async () => {
    const one = value().current;
    time += 6 * minute;
    await rotate();
    const two = value().current;
    expect(value()).toEqual({ current: key, previous: one, rotatedAt: "2026-11-29T03:06:00.000Z" });
    time += 6 * minute;
    await rotate();
    expect(value()).toEqual({ current: key, previous: two, rotatedAt: "2026-11-29T03:12:00.000Z" });
    expect(new Set([one, two, value().current].map(({ secret }) => secret)).size).toBe(3);
  });

  test("is refused while the last is younger than 6 minutes, and says how long to wait", async () => {
    const made = secret.current;
    time += 6 * minute - 1_000;
    await expect(rotate()).rejects.toThrow(/the last rotation, at 2026-11-29T03:00:00\.000Z, .* try again in 1 s$/);
    expect(secret.current).toBe(made);
  });

  test("loses no key when two run at the same time: one of them is refused", async () => {
    time += 6 * minute;
    const { current: one } = value();
    const ends = await Promise.allSettled([rotate(), rotate()]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(ends).toContainEqual({
      status: "rejected",
      reason: expect.objectContaining({ message: `${name}: another run rotates the key; nothing was changed here` }),
    });
    expect(value().previous).toEqual(one);
    expect(secret.versions).toHaveLength(2);
  });

  test.each(["cut before", "cut after"] as const)("whose answer is lost (%s) is made once", async (fault) => {
    time += 6 * minute;
    aws.next("secretsmanager:PutSecretValue", () => fault);
    await rotate();
    expect(secret.versions).toHaveLength(2);
  });

  test("of what somebody else wrote is refused, and shows nothing of it", async () => {
    secret.put("by-hand", '{"current":"not a key"}');
    time += 6 * minute;
    const error = await rotate().catch((fault: Error) => fault);
    expect(String(error)).toMatch(/must hold what make token-key writes, got something else$/);
  });
});

describe("the program token-key", () => {
  const program = (...args: readonly string[]) =>
    runProgram("ops/token-key/command.ts", ["--environment", "development", ...args], { env: aws.environment });

  test("makes the first key, says its id, and prints no secret", async () => {
    const { exitCode, stdout, stderr } = await program("--json");
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
    const { current } = value();
    expect(JSON.parse(stdout)).toEqual({ secret: name, made: "the first key", id: current.id });
    expect(stdout + stderr).not.toContain(current.secret);
  });

  test("refuses a rotation too early in one sentence", async () => {
    await program();
    const { exitCode, stderr } = await program("--rotate");
    expect(exitCode).toBe(1);
    expect(stderr.trim().split("\n").at(-1)).toMatch(/^development\/token-key: the last rotation, at .* in \d+ s$/);
  });

  test("explains what AWS refuses", async () => {
    aws.next("secretsmanager:DescribeSecret", () => new AwsError("AccessDeniedException", "not authorized", 400));
    const { exitCode, stderr } = await program();
    expect([exitCode, stderr.trim().split("\n").at(-1)]).toEqual([
      1,
      "AWS refused with AccessDeniedException: not authorized",
    ]);
  });
});

import { broken, type Rule } from "../src/facts/value-rules";

const words = (rule: Rule, value: string | number) => broken(rule, "it", value).map((one) => one.words);

// The words are those of terraform-plugin-sdk, helper/validation; named checks: of the provider, internal/verify.
describe("a value that breaks a rule of the provider's is told in its words", () => {
  it.each<[Rule, string | number, string]>([
    [{ enum: ["a", "b"] }, "c", 'expected it to be one of ["a" "b"], got c'],
    [{ enum: ["a", "b"] }, "A", 'expected it to be one of ["a" "b"], got A'],
    [{ enum: [0, 1, 3] }, 2, "expected it to be one of [0 1 3], got 2"],
    [{ notEnum: ["a"] }, "a", "expected it to not be any of [a], got a"],
    [{ range: [1, 5] }, 6, "expected it to be in the range (1 - 5), got 6"],
    [{ range: [1, 5] }, 0, "expected it to be in the range (1 - 5), got 0"],
    [{ range: [1, null] }, 0, "expected it to be at least (1), got 0"],
    [{ range: [null, 5] }, 6, "expected it to be at most (5), got 6"],
    [{ range: [1, 5] }, "6", "expected it to be in the range (1 - 5), got 6"],
    [{ divisibleBy: 5 }, 12, "expected it to be divisible by 5, got: 12"],
    [{ length: [1, 3] }, "abcd", "expected length of it to be in the range (1 - 3), got abcd"],
    [{ length: [1, 3] }, "éé", "expected length of it to be in the range (1 - 3), got éé"],
    [{ length: [1, null] }, "", 'expected "it" to not be an empty string, got '],
    [{ pattern: "^a$" }, "b", 'expected value of it to match regular expression "^a$", got b'],
    [{ pattern: "^a$", message: "must be a" }, "b", "invalid value for it (must be a)"],
    [{ pattern: "--", not: true, message: "two hyphens" }, "a--b", "invalid value for it (two hyphens)"],
    [{ is: "account" }, "12345", `"it" doesn't look like AWS Account ID (exactly 12 digits): "12345"`],
    [{ is: "arn" }, "orders", '"it" (orders) is an invalid ARN: arn: invalid prefix'],
    [{ is: "arn" }, "arn:aws:sqs", '"it" (arn:aws:sqs) is an invalid ARN: arn: not enough sections'],
    [
      { is: "cidr" },
      "10.0.0.0/33",
      'expected "it" to be a valid CIDR Value, got 10.0.0.0/33: invalid CIDR address: 10.0.0.0/33',
    ],
    [{ is: "network4" }, "::/0", '"::/0" is not a valid IPv4 CIDR block'],
    [{ is: "json" }, "{", `"it" contains an invalid JSON: Expected property name or '}' in JSON at position 1`],
    [{ is: "policy" }, "[]", '"it" contains an invalid JSON policy: contains a JSON array, not a JSON object'],
    [{ is: "uuid" }, "1-2", 'expected "it" to be a valid UUID, got 1-2'],
    [{ is: "https" }, "http://a", 'expected "it" to have a url with schema of: "https", got http://a'],
  ])("%j, %j", (rule, value, said) => {
    expect(words(rule, value)).toEqual([expect.stringContaining(said)]);
  });

  it("says of each alternative why not", () => {
    const any = [[{ is: "arn" }], [{ length: [1, 3] }, { enum: ["a"] }]] as const;
    expect(words({ any }, "abcd")).toHaveLength(3);
    expect(words({ any }, "a")).toEqual([]);
  });
});

describe("a value that keeps a rule", () => {
  it.each<[Rule, string | number]>([
    [{ enum: ["a"], fold: true }, "A"],
    [{ enum: [1] }, 1],
    [{ range: [1, 5] }, 5],
    [{ range: [1, 5] }, "text that is no number"],
    [{ length: [1, 3] }, "abc"],
    [{ length: [1, 3], characters: true }, "éé"],
    [{ pattern: "^[\\p{L}]$" }, "é"],
    [{ is: "arn" }, ""],
    [{ is: "arn" }, "arn:aws:s3:::some/key:1"],
    [{ is: "arn" }, "arn:aws-cn:iam::aws:policy/ReadOnlyAccess"],
    [{ is: "cidr" }, "10.0.0.1/8"],
    [{ is: "network" }, "2001:db8::/32"],
    [{ is: "network6" }, "::/0"],
    [{ is: "ip6" }, "::1"],
    [{ is: "json" }, ""],
    [{ is: "policy" }, ' {"Statement":[]}'],
    [{ is: "rfc3339" }, "2026-01-01T00:00:00+01:00"],
    [{ is: "duration" }, "1h30m"],
    [{ is: "base64" }, "YQ=="],
    [{ is: "onceAWeek" }, "Sun:04:30-sun:05:30"],
    // Nothing that the reader knows: it asks for nothing.
    [{ is: "some-other-check" }, "any"],
    [{ pattern: "(" }, "any"],
  ])("%j, %j is accepted", (rule, value) => {
    expect(words(rule, value)).toEqual([]);
  });

  it.each(["10.0.0.0/8", "10.0.0.1/32", "2001:db8::/32", "::ffff:1.2.3.0/120"])("%s is a network", (text) => {
    expect(words({ is: "network" }, text)).toEqual([]);
  });

  it.each(["10.0.0.1/8", "2001:db8::1/32", "10.0.0.0", "010.0.0.0/8", "10.0.0.0/08", "fe80::%eth0/64"])(
    "%s is no network",
    (text) => {
      expect(words({ is: "network" }, text)).toHaveLength(1);
    },
  );
});

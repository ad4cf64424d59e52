import { protectionOff } from "../../src/rules/protection";
import { says } from "../plans";

test.each([
  ["deletion_protection true → false", { deletion_protection: true }, { deletion_protection: false }],
  [
    "automatic_failover_enabled true → false",
    { automatic_failover_enabled: true },
    { automatic_failover_enabled: false },
  ],
  ["multi_az_enabled true → false", { multi_az_enabled: true }, { multi_az_enabled: false }],
  [
    "image_tag_mutability IMMUTABLE → MUTABLE",
    { image_tag_mutability: "IMMUTABLE" },
    { image_tag_mutability: "MUTABLE" },
  ],
  [
    "authentication_mode.type iam → no-password-required",
    { authentication_mode: [{ type: "iam" }] },
    { authentication_mode: [{ type: "no-password-required" }] },
  ],
  ["skip_final_snapshot false → true", { skip_final_snapshot: false }, { skip_final_snapshot: true }],
  ["block_public_acls true → nothing", { block_public_acls: true }, { block_public_acls: null }],
  [
    "point_in_time_recovery.enabled true → nothing",
    { point_in_time_recovery: [{ enabled: true }] },
    { point_in_time_recovery: [] },
  ],
  [
    "versioning_configuration.status Enabled → Suspended",
    { versioning_configuration: [{ status: "Enabled" }] },
    { versioning_configuration: [{ status: "Suspended" }] },
  ],
])("%s is a stop", (sentence, before, after) => {
  expect(says(protectionOff, { before, after })).toBe(sentence);
  expect(says(protectionOff, { before: after, after: before })).toBeUndefined();
});

test("a protection that is only known after apply is not taken for one", () => {
  const planned = { before: { deletion_protection: true }, after: {}, unknown: { deletion_protection: true } };
  expect(says(protectionOff, planned)).toBe("deletion_protection true → (known after apply)");
});

test("a protection that the plan keeps secret is not taken for one", () => {
  const planned = { before: { deletion_protection: true }, after: { deletion_protection: false } };
  expect(says(protectionOff, { ...planned, sensitive: { deletion_protection: true } })).toBe(
    "deletion_protection (sensitive) → (sensitive)",
  );
});

test("a resource that only protects may not go", () => {
  expect(says(protectionOff, { type: "aws_wafv2_web_acl_association", before: { a: 1 } })).toBe(
    "aws_wafv2_web_acl_association is deleted",
  );
});

test("a rule of the firewall may not go, one more may come", () => {
  const rules = (...names: string[]) => ({ rule: names.map((name) => ({ name, priority: 0 })) });
  const planned = {
    type: "aws_wafv2_web_acl",
    before: rules("BadInputs", "TooMany"),
    after: rules("TooMany", "Other"),
  };
  expect(says(protectionOff, planned)).toBe("rule BadInputs of the firewall goes");
  expect(
    says(protectionOff, { ...planned, before: rules("TooMany", "x"), after: rules("TooMany", "x", "New") }),
  ).toBeUndefined();
});

test("a new database without protection switches nothing off", () => {
  expect(says(protectionOff, { after: { deletion_protection: false } })).toBeUndefined();
});

import { encryptionOff } from "../../src/rules/protection";
import { says } from "../plans";

test.each([
  ["storage_encrypted true → false", { storage_encrypted: true }, { storage_encrypted: false }],
  [
    "at_rest_encryption_enabled true → false",
    { at_rest_encryption_enabled: "true" },
    { at_rest_encryption_enabled: "false" },
  ],
  [
    "transit_encryption_enabled true → false",
    { transit_encryption_enabled: true },
    { transit_encryption_enabled: false },
  ],
  [
    "transit_encryption_mode required → preferred",
    { transit_encryption_mode: "required" },
    { transit_encryption_mode: "preferred" },
  ],
  ["require_tls true → false", { require_tls: true }, { require_tls: false }],
  ["enable_key_rotation true → false", { enable_key_rotation: true }, { enable_key_rotation: false }],
  ["kms_key_id key-1 → nothing", { kms_key_id: "key-1" }, { kms_key_id: null }],
  ["kms_master_key_id key-1 → nothing", { kms_master_key_id: "key-1" }, {}],
  ["security_policy TLS_1_2 → TLS_1_0", { security_policy: "TLS_1_2" }, { security_policy: "TLS_1_0" }],
  [
    "parameter rds.force_ssl 1 → nothing",
    { parameter: [{ name: "rds.force_ssl", value: "1" }] },
    { parameter: [{ name: "rds.force_ssl", value: "0" }] },
  ],
])("%s is a stop, and the way back is none", (sentence, before, after) => {
  expect(says(encryptionOff, { before, after })).toBe(sentence);
  expect(says(encryptionOff, { before: after, after: before })).toBeUndefined();
});

test("a new resource that says it is not encrypted is a stop", () => {
  expect(says(encryptionOff, { type: "aws_rds_cluster", after: { storage_encrypted: false } })).toBe(
    "new, with storage_encrypted false",
  );
  expect(says(encryptionOff, { type: "aws_rds_cluster", after: { storage_encrypted: true } })).toBeUndefined();
});

test("a new queue that is not encrypted, or lets anybody in without TLS, is a stop", () => {
  const type = "aws_elasticache_replication_group";
  const safe = { at_rest_encryption_enabled: "true", transit_encryption_enabled: true };
  expect(says(encryptionOff, { type, after: safe })).toBeUndefined();
  expect(says(encryptionOff, { type, after: { ...safe, at_rest_encryption_enabled: "false" } })).toBe(
    "new, with at_rest_encryption_enabled false",
  );
  expect(says(encryptionOff, { type, after: { at_rest_encryption_enabled: "true" } })).toBe(
    "new, without TLS for everyone",
  );
  expect(says(encryptionOff, { type, after: { ...safe, transit_encryption_mode: "preferred" } })).toBe(
    "new, without TLS for everyone",
  );
});

test("another key is no encryption switched off", () => {
  expect(says(encryptionOff, { before: { kms_key_id: "one" }, after: { kms_key_id: "other" } })).toBeUndefined();
});

test("a bucket's encryption may not go", () => {
  const type = "aws_s3_bucket_server_side_encryption_configuration";
  expect(says(encryptionOff, { type, before: { a: 1 } })).toBe(`${type} is deleted`);
});

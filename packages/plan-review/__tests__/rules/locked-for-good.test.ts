import { lockedForGood } from "../../src/rules/settings";
import { says } from "../plans";

const type = "aws_backup_vault_lock_configuration";
const days = { min_retention_days: 7, max_retention_days: 90 };

test("a new lock that nobody will be able to take off is looked at, with its days", () => {
  expect(says(lockedForGood, { type, after: { ...days, changeable_for_days: 14 } })).toBe(
    "14 days of grace, kept for 90 days at most",
  );
});

test("a lock that an administrator may take off is none, nor another type's days", () => {
  expect(says(lockedForGood, { type, after: { ...days, changeable_for_days: null } })).toBeUndefined();
  expect(says(lockedForGood, { type, after: days })).toBeUndefined();
  expect(says(lockedForGood, { type: "aws_s3_bucket", after: { changeable_for_days: 14 } })).toBeUndefined();
});

import { retentionShortened } from "../../src/rules/settings";
import { says } from "../plans";

test("backups kept for a shorter time are looked at, for longer are none", () => {
  const planned = { before: { backup_retention_period: 35 }, after: { backup_retention_period: 7 } };
  expect(says(retentionShortened, planned)).toBe("backup_retention_period 35 → 7");
  expect(says(retentionShortened, { before: planned.after, after: planned.before })).toBeUndefined();
});

import { retentionShortened } from "../../src/rules/settings";
import { says } from "../plans";

test.each(["snapshot_retention_limit", "recovery_window_in_days"])("%s that is shorter is looked at", (name) => {
  expect(says(retentionShortened, { before: { [name]: 30 }, after: { [name]: 7 } })).toBe(`${name} 30 → 7`);
});

test("recovery points of a plan that end sooner are looked at", () => {
  const rule = (days: number) => ({ rule: [{ lifecycle: [{ delete_after: days }] }] });
  expect(says(retentionShortened, { before: rule(35), after: rule(7) })).toContain("delete_after 35 → 7");
  expect(says(retentionShortened, { before: rule(7), after: rule(35) })).toBeUndefined();
});

test("backups kept for a shorter time are looked at, for longer are none", () => {
  const planned = { before: { backup_retention_period: 35 }, after: { backup_retention_period: 7 } };
  expect(says(retentionShortened, planned)).toBe("backup_retention_period 35 → 7");
  expect(says(retentionShortened, { before: planned.after, after: planned.before })).toBeUndefined();
});

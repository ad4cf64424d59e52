import { limitsChange } from "../../src/rules/settings";
import { says } from "../plans";

test.each([
  ["desired_count 4 → 1", { desired_count: 4 }, { desired_count: 1 }],
  ["max_capacity 20 → 2", { max_capacity: 20 }, { max_capacity: 2 }],
  ["timeout 3 → 28", { timeout: 3 }, { timeout: 28 }],
  [
    "reserved_concurrent_executions 20 → 400",
    { reserved_concurrent_executions: 20 },
    { reserved_concurrent_executions: 400 },
  ],
  [
    "connection_pool_config.connection_borrow_timeout 3 → 120",
    { connection_pool_config: [{ connection_borrow_timeout: 3 }] },
    { connection_pool_config: [{ connection_borrow_timeout: 120 }] },
  ],
])("%s is looked at", (sentence, before, after) => {
  expect(says(limitsChange, { before, after })).toBe(sentence);
});

test("how long Terraform waits, and memory, are none", () => {
  expect(
    says(limitsChange, { before: { timeouts: { delete: "1m" } }, after: { timeouts: { delete: "9m" } } }),
  ).toBeUndefined();
  expect(says(limitsChange, { before: { memory_size: 128 }, after: { memory_size: 256 } })).toBeUndefined();
});

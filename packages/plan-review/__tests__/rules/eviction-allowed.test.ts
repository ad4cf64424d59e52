import { evictionAllowed } from "../../src/rules/queue";
import { says } from "../plans";

const evicts = (value: string) => ({ parameter: [{ name: "maxmemory-policy", value }] });

test("a group of parameters that stops keeping everything is a stop, the way back is none", () => {
  const type = "aws_elasticache_parameter_group";
  const [keeps, forgets] = [evicts("noeviction"), evicts("allkeys-lru")];
  const sentence = "parameter maxmemory-policy noeviction → allkeys-lru";
  expect(says(evictionAllowed, { type, before: keeps, after: forgets })).toBe(sentence);
  expect(says(evictionAllowed, { type, before: keeps, after: forgets, replacedFor: ["family"] })).toBe(sentence);
  expect(says(evictionAllowed, { type, before: keeps, after: { parameter: [] } })).toBe(
    "parameter maxmemory-policy noeviction → nothing",
  );
  expect(says(evictionAllowed, { type, before: forgets, after: keeps })).toBeUndefined();
});

test("a queue that takes AWS's own parameters, which evict, is a stop", () => {
  const type = "aws_elasticache_replication_group";
  const before = { parameter_group_name: "production-queue" };
  expect(says(evictionAllowed, { type, before, after: { parameter_group_name: "default.valkey8" } })).toBe(
    "parameter_group_name production-queue → default.valkey8",
  );
  expect(
    says(evictionAllowed, { type, before, after: { parameter_group_name: "production-queue-9" } }),
  ).toBeUndefined();
});

test("a new cache that forgets is its team's choice", () => {
  expect(
    says(evictionAllowed, { type: "aws_elasticache_parameter_group", after: evicts("allkeys-lru") }),
  ).toBeUndefined();
});

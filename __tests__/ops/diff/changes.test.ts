import { countChanges, sum } from "../../../ops/diff/changes";

const plan = (...actions: string[][]) =>
  JSON.stringify({ resource_changes: actions.map((all) => ({ change: { actions: all } })) });

test("counts what GitLab shows on a merge request; a replacement creates and deletes", () => {
  const json = plan(["create"], ["update"], ["delete", "create"], ["no-op"], ["read"]);
  expect(countChanges("development-api", json)).toEqual({ create: 2, update: 1, delete: 1 });
});

test("a plan without changes counts nothing", () => {
  expect(sum([countChanges("development-api", "{}"), countChanges("development-network", plan())])).toEqual({
    create: 0,
    update: 0,
    delete: 0,
  });
});

test.each(["", "{", '{"resource_changes": 1}'])("a truncated or foreign plan (%s) is named", (json) => {
  expect(() => countChanges("development-api", json)).toThrow(
    /^the plan of development-api must be JSON of terraform show/,
  );
});

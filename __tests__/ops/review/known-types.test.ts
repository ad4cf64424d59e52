import { settings } from "../../../ops/review/settings";
import { holdsData } from "../../../packages/plan-review/src/rules/resource-types";
import { realPlatform, resources } from "../../stacks/synthesized";

test("every type that the stacks use is known", () => {
  const known = holdsData(settings);
  const types = new Set(resources({ ...realPlatform, bootstrap: true }).map(({ type }) => type));
  expect([...types].filter((type) => known(type) === undefined)).toEqual([]);
});

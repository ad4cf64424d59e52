import { engineVersion } from "../../src/rules/settings";
import { says } from "../plans";

test("another engine version or runtime is looked at, the first one is none", () => {
  expect(says(engineVersion, { before: { engine_version: "17" }, after: { engine_version: "18" } })).toBe(
    "engine_version 17 → 18",
  );
  expect(says(engineVersion, { before: { runtime: "nodejs20.x" }, after: { runtime: "nodejs22.x" } })).toBe(
    "runtime nodejs20.x → nodejs22.x",
  );
  expect(says(engineVersion, { after: { engine_version: "18" } })).toBeUndefined();
});

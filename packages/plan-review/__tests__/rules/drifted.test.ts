import { drifted } from "../../src/rules/plans";
import { stackPlan } from "../plans";

test("what was changed outside Terraform is looked at", () => {
  const drift = [{ before: { display_name: "a" }, after: { display_name: "b" } }];
  expect(drifted.aboutAll([stackPlan({ drift })])).toContainEqual({ quoted: "1" });
});

test("a provider that writes null where it wrote nothing is no drift", () => {
  const drift = [{ before: { tags: null }, after: { tags: {} } }];
  expect(drifted.aboutAll([stackPlan({ drift })])).toBeUndefined();
});

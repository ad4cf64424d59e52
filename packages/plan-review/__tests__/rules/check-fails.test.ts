import { checkFails } from "../../src/rules/plans";
import { stackPlan } from "../plans";

const check = (status: string, problems?: readonly object[]) => ({
  address: { kind: "check", name: "certificate", to_display: "check.certificate" },
  status,
  instances: [{ address: { to_display: "check.certificate" }, status, ...(problems && { problems }) }],
});

test("a check that fails is looked at, in the words of its author", () => {
  const document = { checks: [check("fail", [{ message: "ends in 3 days" }])] };
  expect(checkFails.aboutAll([stackPlan({ stack: "api", document })])).toContainEqual({
    quoted: "api/check.certificate: ends in 3 days",
  });
  expect(checkFails.aboutAll([stackPlan({ document: { checks: [check("error")] } })])).toContainEqual({
    quoted: "test-stack/check.certificate",
  });
});

test("a check that passes, or that only the apply can decide, is none", () => {
  const document = { checks: [check("pass"), check("unknown")] };
  expect(checkFails.aboutAll([stackPlan({ document })])).toBeUndefined();
});

import { stalePlan } from "../../src/rules/plans";
import { stackPlan } from "../plans";

const reader = (value: string) =>
  stackPlan({
    stack: "api",
    document: {
      prior_state: {
        values: {
          root_module: {
            resources: [
              {
                address: "data.terraform_remote_state.cross-stack-reference-input-network",
                values: { outputs: { vpc: value } },
              },
            ],
          },
        },
      },
    },
  });
const network = (after: object) =>
  stackPlan({ stack: "network", document: { output_changes: { vpc: { before: "vpc-1", ...after } } } });

test("a stack that was planned with an output about to change is planned again later", () => {
  const finding = expect.arrayContaining([{ quoted: "api" }]);
  expect(stalePlan.aboutAll([network({ after_unknown: true }), reader("vpc-1")])).toEqual(finding);
  expect(stalePlan.aboutAll([network({ after: "vpc-2" }), reader("vpc-1")])).toEqual(finding);
});

test("a stack that was planned after the other one was applied is not stale", () => {
  expect(stalePlan.aboutAll([network({ after: "vpc-2" }), reader("vpc-2")])).toBeUndefined();
  expect(stalePlan.aboutAll([network({ after: "vpc-1" }), reader("vpc-1")])).toBeUndefined();
});

import { providerAction } from "../../src/rules/plans";
import { stackPlan } from "../plans";

const action = (name: string) => ({ address: `action.aws_lambda_invoke.${name}`, type: "aws_lambda_invoke", name });

test("actions of a provider are looked at, those that wait for another change included", () => {
  const document = {
    action_invocations: [{ ...action("warm"), config_values: { payload: "{}" }, invoke_action_trigger: {} }],
    deferred_action_invocations: [{ reason: "deferred_prereq", action_invocation: action("later") }],
  };
  expect(providerAction.aboutAll([stackPlan({ stack: "api", document })])).toContainEqual({
    quoted: "api/action.aws_lambda_invoke.warm, api/action.aws_lambda_invoke.later",
  });
});

test("a plan that runs no action says nothing of them", () => {
  expect(providerAction.aboutAll([stackPlan({}), stackPlan({ document: { action_invocations: [] } })])).toBeUndefined();
});

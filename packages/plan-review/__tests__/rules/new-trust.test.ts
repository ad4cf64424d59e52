import { newTrust } from "../../src/rules/access";
import { policy, says } from "../plans";

const trusts = (principal: unknown) => ({
  assume_role_policy: policy({ Sid: "Trust", Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }),
});
const type = "aws_iam_role";
const before = trusts({ Service: "lambda.amazonaws.com" });

test("a role that trusts a principal more is a stop, be it a service", () => {
  const more = trusts({ Service: ["lambda.amazonaws.com", "ec2.amazonaws.com"] });
  expect(says(newTrust, { type, before, after: more })).toBe("Service ec2.amazonaws.com");
  expect(says(newTrust, { type, before: more, after: before })).toBeUndefined();
});

test("a new role may trust services and its own account, nobody else", () => {
  expect(says(newTrust, { type, after: before })).toBeUndefined();
  expect(says(newTrust, { type, after: trusts({ AWS: "arn:aws:iam::111122223333:user/gitlab" }) })).toBeUndefined();
  const other = "arn:aws:iam::999988887777:root";
  expect(says(newTrust, { type, after: trusts({ AWS: other }) })).toBe(`AWS ${other}`);
  expect(says(newTrust, { type, after: trusts({ AWS: "999988887777" }) })).toBe("AWS 999988887777");
  expect(says(newTrust, { type, after: trusts({ Federated: "idp" }) })).toBe("Federated idp");
});

test("a new identity provider is a stop", () => {
  const after = { url: "https://gitlab.com" };
  expect(says(newTrust, { type: "aws_iam_openid_connect_provider", after })).toBe(
    "identity provider https://gitlab.com",
  );
});

test("a function that another account may invoke is a stop, one of API Gateway is none", () => {
  const permission = "aws_lambda_permission";
  expect(says(newTrust, { type: permission, after: { principal: "999988887777" } })).toBe("999988887777 may invoke");
  expect(says(newTrust, { type: permission, after: { principal: "apigateway.amazonaws.com" } })).toBeUndefined();
});

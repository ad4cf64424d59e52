import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { PlatformStack } from "./platform-stack";
import { assumedBy } from "./policy";

/** Lets API Gateway write logs: one setting for all APIs of an account and region, so no environment may own it. */
export class ApiGatewayLogging extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const role = new IamRole(this, "role", {
      name: PlatformStack.of(this).physicalName("api-gateway-logs"),
      assumeRolePolicy: assumedBy("apigateway.amazonaws.com"),
    });
    const attached = new IamRolePolicyAttachment(this, "policy", {
      role: role.name,
      policyArn: "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    });
    new ApiGatewayAccount(this, "account", { cloudwatchRoleArn: role.arn, dependsOn: [attached] });
  }
}

import type { ResourceTypes } from "./resource-types";

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
export const functionTypes: ResourceTypes = {
  aws_lambda_function: [
    {
      at: "functions",
      read: [
        "lambda:GetFunction",
        "lambda:GetFunctionConfiguration",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:ListVersionsByFunction",
        "lambda:ListTags",
      ],
      write: [
        "lambda:PublishVersion",
        "lambda:PutFunctionConcurrency",
        "lambda:DeleteFunctionConcurrency",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:DeleteFunction",
      ],
    },
    { at: "functionsWithoutLayers", write: ["lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"] },
    { at: "keysOfServices", write: ["kms:CreateGrant"] },
    { at: "keysThroughServices", write: ["kms:Encrypt", "kms:Decrypt"] },
    { at: "anything", write: ["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"] },
  ],
  aws_lambda_alias: [
    {
      at: "functions",
      read: ["lambda:GetAlias"],
      write: ["lambda:CreateAlias", "lambda:UpdateAlias", "lambda:DeleteAlias"],
    },
  ],
  aws_lambda_permission: [
    { at: "functions", read: ["lambda:GetPolicy"], write: ["lambda:RemovePermission"] },
    { at: "functionCallers", write: ["lambda:AddPermission"] },
  ],
  aws_sqs_queue: [
    {
      at: "deadLetters",
      read: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"],
      write: ["sqs:CreateQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue", "sqs:DeleteQueue"],
    },
  ],
  aws_sqs_queue_policy: [{ at: "deadLetters", read: ["sqs:GetQueueAttributes"], write: ["sqs:SetQueueAttributes"] }],
};

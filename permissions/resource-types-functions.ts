import { operatorSecretName, tokenKeySecretName } from "../config/names";
import type { EnvironmentArns } from "./arns";
import type { ResourceTypes } from "./resource-types";
import { anything, byAlias, everyKey, newlyTagged, scope } from "./scope";

const andVersions = (functionArns: readonly string[]) => functionArns.flatMap((arn) => [arn, `${arn}:*`]);

const functions = scope("Functions", ({ functionArns }) => andVersions(functionArns));
/** A layer is code that nobody reviewed. */
const functionsWithoutLayers = scope(
  "FunctionsWithoutLayers",
  ({ functionArns }) => functionArns,
  () => ({ Null: { "lambda:Layer": "true" } }),
);
const functionCallers = scope(
  "FunctionCallers",
  ({ apiFunctionArns }) => andVersions(apiFunctionArns),
  () => ({ StringEquals: { "lambda:Principal": ["apigateway.amazonaws.com"] } }),
);
/** Without it Lambda leaves out a function's variables, and a plan proposes them anew. */
const variablesOfFunctions = scope("VariablesOfFunctions", everyKey, (arns) => ({
  ...byAlias(arns),
  StringEquals: { "kms:ViaService": `lambda.${arns.region}.amazonaws.com` },
}));
/** Secrets Manager asks about the bare name where the secret is not made yet, and ends its ARN with six characters later. */
const secrets = scope("Secrets", ({ name, regional, tokenKey, operatorSecret }) => [
  ...[tokenKeySecretName(name), operatorSecretName(name)].map((secret) =>
    regional("secretsmanager", `secret:${secret}`),
  ),
  tokenKey,
  operatorSecret,
]);
const queues = scope("Queues", ({ deadLetterArns, messageQueueArns }) => [...messageQueueArns, ...deadLetterArns]);
const everyMapping = ({ messageQueueArns, regional }: EnvironmentArns) =>
  messageQueueArns.length === 0 ? [] : [regional("lambda", "event-source-mapping:*")];
const ofOurFunctions = ({ eventFunctionArns }: EnvironmentArns) => ({
  ArnLike: { "lambda:FunctionArn": andVersions(eventFunctionArns) },
});
/** A mapping has an id that Lambda chooses; it is ours by the function that it starts. */
const mappings = scope("Mappings", everyMapping, ofOurFunctions);
const newMapping = scope(
  "NewMapping",
  ({ messageQueueArns }) => (messageQueueArns.length === 0 ? [] : ["*"]),
  (arns) => ({ ...ofOurFunctions(arns), ...newlyTagged(arns) }),
);
const mappingTags = scope("MappingTags", everyMapping, ({ ours, asOurs }) => ({
  StringEqualsIfExists: { ...ours, ...asOurs },
}));

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
export const functionTypes: ResourceTypes = {
  aws_lambda_function: [
    {
      scope: functions,
      read: [
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:ListVersionsByFunction",
        "lambda:ListTags",
      ],
      write: [
        "lambda:GetFunctionConfiguration",
        // Terraform brings no code of its own after the first, but a change of architecture.
        "lambda:UpdateFunctionCode",
        "lambda:PublishVersion",
        "lambda:PutFunctionConcurrency",
        "lambda:DeleteFunctionConcurrency",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:DeleteFunction",
      ],
    },
    { scope: functionsWithoutLayers, write: ["lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"] },
    { scope: variablesOfFunctions, read: ["kms:Decrypt"] },
    { scope: anything, write: ["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"] },
  ],
  aws_lambda_alias: [
    {
      scope: functions,
      read: ["lambda:GetAlias"],
      write: ["lambda:CreateAlias", "lambda:UpdateAlias", "lambda:DeleteAlias"],
    },
  ],
  aws_lambda_permission: [
    { scope: functions, read: ["lambda:GetPolicy"], write: ["lambda:RemovePermission"] },
    { scope: functionCallers, write: ["lambda:AddPermission"] },
  ],
  aws_lambda_function_recursion_config: [
    { scope: functions, read: ["lambda:GetFunctionRecursionConfig"], write: ["lambda:PutFunctionRecursionConfig"] },
  ],
  aws_lambda_event_source_mapping: [
    { scope: newMapping, write: ["lambda:CreateEventSourceMapping"] },
    {
      scope: mappings,
      read: ["lambda:GetEventSourceMapping"],
      write: ["lambda:UpdateEventSourceMapping", "lambda:DeleteEventSourceMapping"],
    },
    { scope: mappingTags, read: ["lambda:ListTags"], write: ["lambda:TagResource", "lambda:UntagResource"] },
  ],
  aws_secretsmanager_secret: [
    {
      // No value is among the rights: the pipeline's role `rotate` makes one, the migration job the other.
      scope: secrets,
      read: ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
      write: [
        "secretsmanager:CreateSecret",
        "secretsmanager:UpdateSecret",
        "secretsmanager:TagResource",
        "secretsmanager:UntagResource",
        "secretsmanager:DeleteSecret",
      ],
    },
  ],
  aws_sqs_queue: [
    {
      scope: queues,
      read: ["sqs:GetQueueAttributes", "sqs:ListQueueTags"],
      write: ["sqs:CreateQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue", "sqs:DeleteQueue"],
    },
  ],
  aws_sqs_queue_policy: [{ scope: queues, read: ["sqs:GetQueueAttributes"], write: ["sqs:SetQueueAttributes"] }],
};

import type { EnvironmentArns } from "./arns";
import type { ResourceTypes } from "./resource-types";
import { anything, byAlias, everyKey, everything, newlyTagged, scope, tagged, unowned } from "./scope";

const logGroups = scope("LogGroups", ({ name, regional }) =>
  [
    `/aws/apigateway/${name}-*`,
    `/aws/codebuild/${name}-*`,
    `/aws/ecs/${name}-*`,
    `/aws/elasticache/${name}-*`,
    `/aws/lambda/${name}-*`,
    `/aws/rds/cluster/${name}-*`,
    `/aws/rds/proxy/${name}-*`,
    `/aws/vendedlogs/resolver/${name}`,
    `/aws/vpc/${name}/*`,
    `aws-waf-logs-${name}-*`,
  ].map((group) => regional("logs", `log-group:${group}`)),
);
/** Named by an API's id, which is AWS's to choose: ours by its tag. */
const everyExecutionLog = ({ regional }: EnvironmentArns) => [
  regional("logs", "log-group:API-Gateway-Execution-Logs_*/live"),
];
const executionLogs = scope("ExecutionLogs", everyExecutionLog, tagged);
const newExecutionLogs = scope("NewExecutionLogs", everyExecutionLog, ({ asOurs }) => ({
  StringEquals: asOurs,
  Null: unowned,
}));
/** While a group is made with a key, CloudWatch Logs asks about the key without the request's tags. */
const keysOfNewExecutionLogs = scope("KeysOfNewExecutionLogs", everyExecutionLog, () => ({ Null: unowned }));
const newKey = scope("NewKey", everything, newlyTagged);
/** KMS asks for the tags of what is being made as well. Tags give no right to a key. */
const newKeyTags = scope("NewKeyTags", everyKey, newlyTagged);
const keys = scope("Keys", everyKey, byAlias);
const keyAliases = scope("KeyAliases", ({ name, inEachRegion }) => inEachRegion("kms", `alias/${name}-*`));
const buckets = scope("Buckets", ({ bucket }) => [bucket("*")]);
const alarms = scope("Alarms", ({ name, regional }) => [regional("cloudwatch", `alarm:${name}-*`)]);
const dashboard = scope("Dashboard", ({ name, account }) => [`arn:aws:cloudwatch::${account}:dashboard/${name}`]);
const topic = scope("Topic", ({ name, regional }) => [regional("sns", `${name}-alarms`)]);

const bucket = (...[read, write]: readonly (readonly string[])[]) => [
  { scope: buckets, read: read ?? [], write: write ?? [] },
];

/** What more than one stack holds. IAM roles have rules of their own: workload-roles.ts. */
export const sharedTypes: ResourceTypes = {
  aws_cloudwatch_log_group: [
    { scope: anything, read: ["logs:DescribeLogGroups"] },
    {
      scope: logGroups,
      read: ["logs:ListTagsForResource"],
      write: [
        "logs:CreateLogGroup",
        "logs:PutRetentionPolicy",
        "logs:AssociateKmsKey",
        "logs:TagResource",
        "logs:UntagResource",
        "logs:DeleteLogGroup",
      ],
    },
    {
      scope: executionLogs,
      read: ["logs:ListTagsForResource"],
      write: [
        "logs:PutRetentionPolicy",
        "logs:AssociateKmsKey",
        "logs:TagResource",
        "logs:UntagResource",
        "logs:DeleteLogGroup",
      ],
    },
    { scope: newExecutionLogs, write: ["logs:CreateLogGroup", "logs:TagResource"] },
    { scope: keysOfNewExecutionLogs, write: ["logs:AssociateKmsKey"] },
  ],
  aws_cloudwatch_metric_alarm: [
    {
      scope: alarms,
      read: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
      write: [
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:DeleteAlarms",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
      ],
    },
  ],
  aws_cloudwatch_composite_alarm: [
    {
      scope: alarms,
      read: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
      write: [
        "cloudwatch:PutCompositeAlarm",
        "cloudwatch:DeleteAlarms",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
      ],
    },
  ],
  aws_cloudwatch_dashboard: [
    {
      scope: dashboard,
      read: ["cloudwatch:GetDashboard"],
      write: ["cloudwatch:PutDashboard", "cloudwatch:DeleteDashboards"],
    },
  ],
  aws_kms_key: [
    { scope: newKey, write: ["kms:CreateKey"] },
    { scope: newKeyTags, write: ["kms:TagResource"] },
    {
      // The key's own policy gives the rest (key-administration.ts): KMS takes minutes to know a new key's alias.
      scope: keys,
      read: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
      // A role that was deleted and made anew is not the one that the key's policy knows: this lets it in again.
      write: ["kms:PutKeyPolicy"],
    },
  ],
  aws_kms_alias: [
    { scope: anything, read: ["kms:ListAliases"] },
    { scope: keyAliases, write: ["kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"] },
  ],
  aws_sns_topic: [
    {
      scope: topic,
      read: ["sns:GetTopicAttributes", "sns:ListTagsForResource"],
      write: ["sns:CreateTopic", "sns:SetTopicAttributes", "sns:TagResource", "sns:UntagResource", "sns:DeleteTopic"],
    },
  ],
  aws_sns_topic_policy: [{ scope: topic, read: ["sns:GetTopicAttributes"], write: ["sns:SetTopicAttributes"] }],
  aws_sns_topic_subscription: [
    { scope: anything, read: ["sns:GetSubscriptionAttributes"], write: ["sns:Unsubscribe"] },
    { scope: topic, write: ["sns:Subscribe"] },
  ],
  aws_s3_bucket: bucket(
    [
      "s3:ListBucket",
      "s3:ListTagsForResource",
      "s3:GetAccelerateConfiguration",
      "s3:GetBucketAcl",
      "s3:GetBucketCORS",
      "s3:GetBucketLogging",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketPolicy",
      "s3:GetBucketRequestPayment",
      "s3:GetBucketTagging",
      "s3:GetBucketVersioning",
      "s3:GetBucketWebsite",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
    ],
    ["s3:CreateBucket", "s3:PutBucketTagging", "s3:TagResource", "s3:UntagResource", "s3:DeleteBucket"],
  ),
  aws_s3_bucket_lifecycle_configuration: bucket(["s3:GetLifecycleConfiguration"], ["s3:PutLifecycleConfiguration"]),
  aws_s3_bucket_logging: bucket(["s3:GetBucketLogging"], ["s3:PutBucketLogging"]),
  aws_s3_bucket_notification: bucket(["s3:GetBucketNotification"], ["s3:PutBucketNotification"]),
  aws_s3_bucket_ownership_controls: bucket(["s3:GetBucketOwnershipControls"], ["s3:PutBucketOwnershipControls"]),
  aws_s3_bucket_policy: bucket(["s3:GetBucketPolicy"], ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"]),
  aws_s3_bucket_public_access_block: bucket(["s3:GetBucketPublicAccessBlock"], ["s3:PutBucketPublicAccessBlock"]),
  aws_s3_bucket_server_side_encryption_configuration: bucket(
    ["s3:GetEncryptionConfiguration"],
    ["s3:PutEncryptionConfiguration"],
  ),
  aws_s3_bucket_versioning: bucket(["s3:GetBucketVersioning"], ["s3:PutBucketVersioning"]),
};

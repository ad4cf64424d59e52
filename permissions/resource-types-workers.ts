import { workersClusterName } from "../config/names";
import type { EnvironmentArns } from "./arns";
import type { ResourceTypes } from "./resource-types";
import { anything, scope, unowned } from "./scope";

const everyTarget = ({ regional }: EnvironmentArns) => [regional("application-autoscaling", "scalable-target/*")];
/** Application Auto Scaling scales a dozen services. */
const ofEcs = { "application-autoscaling:service-namespace": "ecs" };

const cluster = scope("Cluster", ({ name, regional }) => [regional("ecs", `cluster/${workersClusterName(name)}`)]);
const workers = scope("Workers", (arns) => arns.workers.map(({ service }) => service));
/** Only tasks of the table, which nobody opens a shell in, or reaches from outside. */
const closedWorkers = scope(
  "ClosedWorkers",
  (arns) => arns.workers.map(({ service }) => service),
  (arns) => ({
    ArnLikeIfExists: { "ecs:task-definition": arns.workers.map(({ revisions }) => revisions) },
    StringEqualsIfExists: { "ecs:enable-execute-command": "false" },
    BoolIfExists: { "ecs:auto-assign-public-ip": "false" },
  }),
);
const revisions = scope("Revisions", (arns) => arns.workers.map((worker) => worker.revisions));
const unprivilegedRevisions = scope(
  "UnprivilegedRevisions",
  (arns) => arns.workers.map((worker) => worker.revisions),
  () => ({ StringEqualsIfExists: { "ecs:privileged": "false" } }),
);
const images = scope("Images", (arns) => arns.workers.map(({ repository }) => repository));
/** AWS chooses a target's id: ours by its tag. */
const targets = scope("ScalingTargets", everyTarget, ({ ours }) => ({ StringEquals: { ...ours, ...ofEcs } }));
const newTargets = scope("NewScalingTargets", everyTarget, ({ asOurs }) => ({
  StringEquals: { ...asOurs, ...ofEcs },
  Null: unowned,
}));
const targetTags = scope("ScalingTargetTags", everyTarget, ({ ours }) => ({ StringEquals: ours }));
const newTargetTags = scope("NewScalingTargetTags", everyTarget, ({ asOurs }) => ({
  StringEquals: asOurs,
  Null: unowned,
}));
/** Application Auto Scaling makes them of a policy, in the caller's name, and names them after the service. */
const scalingAlarms = scope("ScalingAlarms", ({ name, regional }) => [
  regional("cloudwatch", `alarm:TargetTracking-service/${workersClusterName(name)}/*`),
]);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html */
export const workerTypes: ResourceTypes = {
  aws_ecs_cluster: [
    {
      scope: cluster,
      read: ["ecs:DescribeClusters", "ecs:ListTagsForResource"],
      write: ["ecs:CreateCluster", "ecs:UpdateCluster", "ecs:TagResource", "ecs:UntagResource", "ecs:DeleteCluster"],
    },
  ],
  aws_ecs_task_definition: [
    // By the reference it knows no resource: names and settings of other families can be read, which hold no secret of ours.
    { scope: anything, read: ["ecs:DescribeTaskDefinition"] },
    {
      scope: revisions,
      read: ["ecs:ListTagsForResource"],
      write: ["ecs:TagResource", "ecs:UntagResource"],
    },
    { scope: unprivilegedRevisions, write: ["ecs:RegisterTaskDefinition"] },
  ],
  aws_ecs_service: [
    {
      scope: workers,
      read: ["ecs:DescribeServices", "ecs:ListTagsForResource"],
      write: ["ecs:TagResource", "ecs:UntagResource", "ecs:DeleteService"],
    },
    { scope: closedWorkers, write: ["ecs:CreateService", "ecs:UpdateService"] },
  ],
  aws_appautoscaling_target: [
    { scope: anything, read: ["application-autoscaling:DescribeScalableTargets"] },
    { scope: newTargets, write: ["application-autoscaling:RegisterScalableTarget"] },
    { scope: newTargetTags, write: ["application-autoscaling:TagResource"] },
    {
      scope: targets,
      write: ["application-autoscaling:RegisterScalableTarget", "application-autoscaling:DeregisterScalableTarget"],
    },
    {
      scope: targetTags,
      read: ["application-autoscaling:ListTagsForResource"],
      write: ["application-autoscaling:TagResource", "application-autoscaling:UntagResource"],
    },
  ],
  aws_appautoscaling_policy: [
    { scope: anything, read: ["application-autoscaling:DescribeScalingPolicies"] },
    {
      scope: targets,
      write: ["application-autoscaling:PutScalingPolicy", "application-autoscaling:DeleteScalingPolicy"],
    },
    {
      scope: scalingAlarms,
      read: ["cloudwatch:DescribeAlarms"],
      write: ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"],
    },
  ],
  aws_ecr_repository: [
    {
      scope: images,
      read: ["ecr:DescribeRepositories", "ecr:ListTagsForResource"],
      write: [
        "ecr:CreateRepository",
        "ecr:PutImageScanningConfiguration",
        "ecr:PutImageTagMutability",
        "ecr:TagResource",
        "ecr:UntagResource",
        "ecr:DeleteRepository",
      ],
    },
  ],
  aws_ecr_lifecycle_policy: [
    {
      scope: images,
      read: ["ecr:GetLifecyclePolicy"],
      write: ["ecr:PutLifecyclePolicy", "ecr:DeleteLifecyclePolicy"],
    },
  ],
};

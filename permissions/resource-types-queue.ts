import { queueName } from "../config/names";
import type { EnvironmentArns } from "./arns";
import type { ResourceTypes } from "./resource-types";
import { anything, scope } from "./scope";

const named = (kinds: readonly string[], arns: EnvironmentArns) =>
  kinds.map((kind) => arns.regional("elasticache", `${kind}:${queueName(arns.name)}`));
const group = (arns: EnvironmentArns) => named(["replicationgroup"], arns);
const nodes = ({ name, regional }: EnvironmentArns) => [regional("elasticache", `cluster:${queueName(name)}-*`)];
const everyUser = ({ name, regional }: EnvironmentArns) => [regional("elasticache", `user:${name}-*`)];

const queue = scope("Queue", group);
/** Its nodes are named after it. */
const queueNodes = scope("QueueNodes", nodes);
const queueParts = scope("QueueParts", (arns) => [
  ...named(["subnetgroup", "usergroup"], arns),
  // One a major version of the engine.
  arns.regional("elasticache", `parametergroup:${queueName(arns.name)}-*`),
]);
/** ElastiCache takes "not said" for "no" when a group is made, and leaves the key out when one is changed. */
const encryptedQueue = scope("EncryptedQueue", group, () => ({
  Bool: { "elasticache:AtRestEncryptionEnabled": "true", "elasticache:TransitEncryptionEnabled": "true" },
}));
const queueWithTls = scope("QueueWithTls", group, () => ({
  BoolIfExists: { "elasticache:TransitEncryptionEnabled": "true" },
}));
const users = scope("QueueUsers", everyUser);
/** A password would be in the state. */
const usersWithoutPassword = scope("UsersWithoutPassword", everyUser, () => ({
  StringEquals: { "elasticache:UserAuthenticationMode": "iam" },
}));
const usersAsTheyAre = scope("UsersAsTheyAre", everyUser, () => ({
  StringEqualsIfExists: { "elasticache:UserAuthenticationMode": "iam" },
}));

const tags = ["elasticache:AddTagsToResource", "elasticache:RemoveTagsFromResource"];
const readTags = ["elasticache:ListTagsForResource"];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html */
export const queueTypes: ResourceTypes = {
  aws_elasticache_replication_group: [
    {
      scope: anything,
      write: [
        "ec2:DescribeSecurityGroups",
        // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Log_Delivery.html
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
      ],
    },
    {
      scope: queue,
      read: ["elasticache:DescribeReplicationGroups", ...readTags],
      write: [
        ...tags,
        "elasticache:IncreaseReplicaCount",
        "elasticache:DecreaseReplicaCount",
        "elasticache:DeleteReplicationGroup",
      ],
    },
    { scope: encryptedQueue, write: ["elasticache:CreateReplicationGroup"] },
    { scope: queueWithTls, write: ["elasticache:ModifyReplicationGroup"] },
    {
      scope: queueNodes,
      read: ["elasticache:DescribeCacheClusters"],
      write: ["elasticache:AddTagsToResource", "elasticache:CreateReplicationGroup"],
    },
    { scope: queueParts, write: ["elasticache:CreateReplicationGroup", "elasticache:ModifyReplicationGroup"] },
  ],
  aws_elasticache_parameter_group: [
    {
      scope: queueParts,
      read: ["elasticache:DescribeCacheParameterGroups", "elasticache:DescribeCacheParameters", ...readTags],
      write: [
        ...tags,
        "elasticache:CreateCacheParameterGroup",
        "elasticache:ModifyCacheParameterGroup",
        "elasticache:ResetCacheParameterGroup",
        "elasticache:DeleteCacheParameterGroup",
      ],
    },
  ],
  aws_elasticache_subnet_group: [
    { scope: anything, write: ["ec2:DescribeSubnets", "ec2:DescribeVpcs"] },
    {
      scope: queueParts,
      read: ["elasticache:DescribeCacheSubnetGroups", ...readTags],
      write: [
        ...tags,
        "elasticache:CreateCacheSubnetGroup",
        "elasticache:ModifyCacheSubnetGroup",
        "elasticache:DeleteCacheSubnetGroup",
      ],
    },
  ],
  aws_elasticache_user: [
    {
      scope: users,
      read: ["elasticache:DescribeUsers", ...readTags],
      write: [...tags, "elasticache:DeleteUser"],
    },
    { scope: usersWithoutPassword, write: ["elasticache:CreateUser"] },
    { scope: usersAsTheyAre, write: ["elasticache:ModifyUser"] },
  ],
  aws_elasticache_user_group: [
    {
      scope: queueParts,
      read: ["elasticache:DescribeUserGroups", ...readTags],
      write: [...tags, "elasticache:CreateUserGroup", "elasticache:ModifyUserGroup", "elasticache:DeleteUserGroup"],
    },
    { scope: users, write: ["elasticache:CreateUserGroup", "elasticache:ModifyUserGroup"] },
  ],
};

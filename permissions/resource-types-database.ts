import type { ResourceTypes } from "./resource-types";

const tags = ["rds:AddTagsToResource", "rds:RemoveTagsFromResource"];
const readTags = ["rds:ListTagsForResource"];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html */
export const databaseTypes: ResourceTypes = {
  aws_rds_cluster: [
    { at: "anything", read: ["rds:DescribeDBClusters", "rds:DescribeGlobalClusters"] },
    {
      at: "database",
      read: readTags,
      write: [...tags, "rds:CreateDBCluster", "rds:ModifyDBCluster", "rds:DeleteDBCluster"],
    },
    { at: "databaseDefaults", write: ["rds:CreateDBCluster", "rds:ModifyDBCluster"] },
    // RDS keeps the master password itself, in the name of who creates the cluster.
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html#rds-secrets-manager-permissions
    { at: "masterSecret", write: ["secretsmanager:CreateSecret", "secretsmanager:TagResource"] },
    { at: "keys", write: ["kms:DescribeKey"] },
    { at: "keysOfServices", write: ["kms:CreateGrant"] },
    { at: "keysThroughServices", write: ["kms:Decrypt", "kms:GenerateDataKey"] },
  ],
  aws_rds_cluster_instance: [
    { at: "anything", read: ["rds:DescribeDBInstances"] },
    {
      at: "database",
      read: readTags,
      write: [...tags, "rds:CreateDBInstance", "rds:ModifyDBInstance", "rds:DeleteDBInstance"],
    },
    { at: "databaseDefaults", write: ["rds:CreateDBInstance", "rds:ModifyDBInstance"] },
  ],
  aws_rds_cluster_parameter_group: [
    { at: "anything", read: ["rds:DescribeDBClusterParameterGroups", "rds:DescribeDBClusterParameters"] },
    {
      at: "database",
      read: readTags,
      write: [
        ...tags,
        "rds:CreateDBClusterParameterGroup",
        "rds:ModifyDBClusterParameterGroup",
        "rds:ResetDBClusterParameterGroup",
        "rds:DeleteDBClusterParameterGroup",
      ],
    },
  ],
  aws_db_subnet_group: [
    { at: "anything", read: ["rds:DescribeDBSubnetGroups"] },
    {
      at: "database",
      read: readTags,
      write: [...tags, "rds:CreateDBSubnetGroup", "rds:ModifyDBSubnetGroup", "rds:DeleteDBSubnetGroup"],
    },
  ],
  aws_db_proxy: [
    { at: "anything", read: ["rds:DescribeDBProxies"] },
    { at: "newProxy", write: ["rds:CreateDBProxy"] },
    { at: "proxies", read: readTags, write: [...tags, "rds:ModifyDBProxy", "rds:DeleteDBProxy"] },
  ],
  aws_db_proxy_default_target_group: [
    { at: "proxies", read: ["rds:DescribeDBProxyTargetGroups"] },
    { at: "targetGroups", write: ["rds:ModifyDBProxyTargetGroup"] },
  ],
  aws_db_proxy_target: [
    { at: "proxies", read: ["rds:DescribeDBProxyTargets"] },
    {
      at: "targetGroups",
      read: ["rds:DescribeDBProxyTargets"],
      write: ["rds:RegisterDBProxyTargets", "rds:DeregisterDBProxyTargets"],
    },
  ],
  aws_codebuild_project: [
    {
      at: "migrationProject",
      read: ["codebuild:BatchGetProjects"],
      write: ["codebuild:CreateProject", "codebuild:UpdateProject", "codebuild:DeleteProject"],
    },
  ],
};

import { migrationProjectName } from "../config/names";
import type { EnvironmentArns } from "./arns";
import type { ResourceTypes } from "./resource-types";
import { anything, everything, newlyTagged, scope, tagged, unowned } from "./scope";

const database = scope("Database", ({ name, regional }) =>
  ["cluster", "db", "subgrp", "cluster-pg"].map((kind) => regional("rds", `${kind}:${name}-*`)),
);
const finalSnapshots = scope("FinalSnapshots", ({ name, regional }) => [regional("rds", `cluster-snapshot:${name}-*`)]);
/** Option and parameter groups that RDS puts in where none is named. */
const databaseDefaults = scope("DatabaseDefaults", ({ regional }) => [
  regional("rds", "og:default:aurora-postgresql-*"),
  regional("rds", "pg:default.aurora-postgresql*"),
]);
const masterSecret = scope("MasterSecret", ({ regional }) => [regional("secretsmanager", "secret:rds!cluster-*")]);
const newProxy = scope("NewProxy", everything, newlyTagged);
const everyProxy = ({ regional }: EnvironmentArns) => [regional("rds", "db-proxy:*")];
const proxies = scope("Proxies", everyProxy, tagged);
/** RDS asks for the tags of what is being made as well; a proxy's id is its own choice. */
const newProxyTags = scope("NewProxyTags", everyProxy, ({ asOurs }) => ({ StringEquals: asOurs, Null: unowned }));
// AWS makes the default target group of a proxy itself, without a tag and with an id of its own.
const targetGroups = scope("TargetGroups", ({ regional }) => [regional("rds", "target-group:*")]);
const migrationProject = scope("MigrationProject", ({ name, regional }) => [
  regional("codebuild", `project/${migrationProjectName(name)}`),
]);

const tags = ["rds:AddTagsToResource", "rds:RemoveTagsFromResource"];
const readTags = ["rds:ListTagsForResource"];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html */
export const databaseTypes: ResourceTypes = {
  aws_rds_cluster: [
    { scope: anything, read: ["rds:DescribeDBClusters", "rds:DescribeGlobalClusters"] },
    {
      scope: database,
      read: readTags,
      write: [
        ...tags,
        "rds:CreateDBCluster",
        "rds:ModifyDBCluster",
        "rds:DeleteDBCluster",
        "rds:EnableHttpEndpoint",
        "rds:DisableHttpEndpoint",
      ],
    },
    { scope: databaseDefaults, write: ["rds:CreateDBCluster", "rds:ModifyDBCluster"] },
    // RDS keeps the master password itself, in the name of who creates the cluster.
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html#rds-secrets-manager-permissions
    { scope: masterSecret, write: ["secretsmanager:CreateSecret", "secretsmanager:TagResource"] },
    { scope: finalSnapshots, write: ["rds:DeleteDBCluster"] },
  ],
  aws_rds_cluster_instance: [
    { scope: anything, read: ["rds:DescribeDBInstances"] },
    {
      scope: database,
      read: readTags,
      // RDS may have chosen another certificate authority: the provider sets ours, and restarts the new instance.
      write: [...tags, "rds:CreateDBInstance", "rds:ModifyDBInstance", "rds:RebootDBInstance", "rds:DeleteDBInstance"],
    },
    { scope: databaseDefaults, write: ["rds:CreateDBInstance", "rds:ModifyDBInstance"] },
  ],
  aws_rds_cluster_parameter_group: [
    { scope: anything, read: ["rds:DescribeDBClusterParameterGroups", "rds:DescribeDBClusterParameters"] },
    {
      scope: database,
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
    { scope: anything, read: ["rds:DescribeDBSubnetGroups"] },
    {
      scope: database,
      read: readTags,
      write: [...tags, "rds:CreateDBSubnetGroup", "rds:ModifyDBSubnetGroup", "rds:DeleteDBSubnetGroup"],
    },
  ],
  aws_db_proxy: [
    { scope: anything, read: ["rds:DescribeDBProxies"] },
    { scope: newProxy, write: ["rds:CreateDBProxy"] },
    { scope: newProxyTags, write: ["rds:AddTagsToResource"] },
    { scope: proxies, read: readTags, write: [...tags, "rds:ModifyDBProxy", "rds:DeleteDBProxy"] },
  ],
  aws_db_proxy_default_target_group: [
    { scope: proxies, read: ["rds:DescribeDBProxyTargetGroups"] },
    { scope: targetGroups, write: ["rds:ModifyDBProxyTargetGroup"] },
  ],
  aws_db_proxy_target: [
    { scope: proxies, read: ["rds:DescribeDBProxyTargets"], write: ["rds:DeregisterDBProxyTargets"] },
    { scope: database, write: ["rds:DeregisterDBProxyTargets"] },
    {
      scope: targetGroups,
      read: ["rds:DescribeDBProxyTargets"],
      write: ["rds:RegisterDBProxyTargets", "rds:DeregisterDBProxyTargets"],
    },
  ],
  aws_codebuild_project: [
    {
      scope: migrationProject,
      read: ["codebuild:BatchGetProjects"],
      write: ["codebuild:CreateProject", "codebuild:UpdateProject", "codebuild:DeleteProject"],
    },
  ],
};

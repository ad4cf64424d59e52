import type { Environment } from "../config/environment";
import { functionName, migrationProjectName } from "../config/names";
import { deployedFunctions, type Service } from "../config/service";
import { arns } from "./arns";
import type { Conditions } from "./permission";

/** Where an action may happen. */
export interface Place {
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
}

const tag = (name: string) => ({ "aws:ResourceTag/environment": name });
const newTag = (name: string) => ({ "aws:RequestTag/environment": name });

/**
 * Where the deployment of an environment may act: by name where AWS lets us choose one, by the tag `environment` where
 * it does not. `new...` are places of resources that do not exist yet, and so must be asked for with the tag.
 */
export function places(environment: Environment, services: readonly Service[]) {
  const { name } = environment;
  const { regional, bucket, apigateway } = arns(environment);
  const functions = deployedFunctions(services).map((service) => functionName(name, service.name));
  const anything = { resources: ["*"] };
  const ec2 = [regional("ec2", "*")];
  return {
    /** Actions that know no resource: lists and descriptions. */
    anything,
    newNetwork: { resources: ec2, conditions: { StringEquals: newTag(name) } },
    /** Tags may only be written while their resource is made: elsewhere they would take it over. */
    newNetworkTags: {
      resources: ec2,
      conditions: { StringEquals: newTag(name), Null: { "ec2:CreateAction": "false" } },
    },
    network: { resources: ec2, conditions: { StringEquals: tag(name) } },
    networkTags: {
      resources: ec2,
      conditions: { StringEquals: tag(name), StringEqualsIfExists: newTag(name) },
    },
    /** Other tags than the one that says whose it is. */
    networkTagsButOurs: {
      resources: ec2,
      conditions: { StringEquals: tag(name), "ForAllValues:StringNotEquals": { "aws:TagKeys": ["environment"] } },
    },
    /** What AWS makes with a VPC: its default group and ACL carry no tag until they are adopted. */
    untagged: {
      resources: [regional("ec2", "network-acl/*"), regional("ec2", "security-group/*")],
      conditions: { Null: { "aws:ResourceTag/environment": "true" } },
    },
    adopted: {
      resources: [regional("ec2", "network-acl/*"), regional("ec2", "security-group/*")],
      conditions: { Null: { "aws:ResourceTag/environment": "true" }, StringEquals: newTag(name) },
    },
    logGroups: {
      resources: [
        `/aws/apigateway/${name}-*`,
        `/aws/codebuild/${name}-*`,
        `/aws/lambda/${name}-*`,
        `/aws/rds/cluster/${name}-*`,
        `/aws/rds/proxy/${name}-*`,
        `/aws/vpc/${name}/*`,
        `aws-waf-logs-${name}-*`,
      ].map((group) => regional("logs", `log-group:${group}`)),
    },
    newKey: { ...anything, conditions: { StringEquals: newTag(name) } },
    keys: { resources: [regional("kms", "key/*")], conditions: { StringEquals: tag(name) } },
    /** Services that keep data with the key; a job itself encrypts and decrypts nothing with it. */
    keysOfServices: {
      resources: [regional("kms", "key/*")],
      conditions: { StringEquals: tag(name), Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
    keysThroughServices: {
      resources: [regional("kms", "key/*")],
      conditions: {
        StringEquals: {
          ...tag(name),
          "kms:ViaService": ["lambda", "rds", "secretsmanager"].map(
            (service) => `${service}.${environment.region}.amazonaws.com`,
          ),
        },
      },
    },
    keyAliases: { resources: [regional("kms", `alias/${name}-*`)] },
    buckets: { resources: [bucket("*")] },
    database: {
      resources: ["cluster", "db", "subgrp", "cluster-pg"].map((kind) => regional("rds", `${kind}:${name}-*`)),
    },
    /** Option and parameter groups that RDS puts in where none is named. */
    databaseDefaults: {
      resources: [regional("rds", "og:default:aurora-postgresql-*"), regional("rds", "pg:default.aurora-postgresql*")],
    },
    masterSecret: { resources: [regional("secretsmanager", "secret:rds!cluster-*")] },
    newProxy: { ...anything, conditions: { StringEquals: newTag(name) } },
    proxies: { resources: [regional("rds", "db-proxy:*")], conditions: { StringEquals: tag(name) } },
    // AWS makes the default target group of a proxy itself, without a tag and with an id of its own.
    targetGroups: { resources: [regional("rds", "target-group:*"), regional("rds", `cluster:${name}-*`)] },
    migrationProject: { resources: [regional("codebuild", `project/${migrationProjectName(name)}`)] },
    functions: {
      resources: functions.flatMap((fn) => [
        regional("lambda", `function:${fn}`),
        regional("lambda", `function:${fn}:*`),
      ]),
    },
    /** A layer is code that nobody reviewed. */
    functionsWithoutLayers: {
      resources: functions.map((fn) => regional("lambda", `function:${fn}`)),
      conditions: { Null: { "lambda:Layer": "true" } },
    },
    functionCallers: {
      resources: functions.flatMap((fn) => [
        regional("lambda", `function:${fn}`),
        regional("lambda", `function:${fn}:*`),
      ]),
      conditions: { StringEquals: { "lambda:Principal": ["apigateway.amazonaws.com", "s3.amazonaws.com"] } },
    },
    alarms: { resources: [regional("cloudwatch", `alarm:${name}-*`)] },
    dashboard: { resources: [`arn:aws:cloudwatch::${environment.account}:dashboard/${name}`] },
    topic: { resources: [regional("sns", `${name}-alarms`)] },
    deadLetters: { resources: functions.map((fn) => regional("sqs", `${fn}-dead-letters`)) },
    newApi: { resources: [apigateway("restapis")], conditions: { StringEquals: newTag(name) } },
    apis: { resources: [apigateway("restapis/*")], conditions: { StringEquals: tag(name) } },
    apiTags: {
      resources: [apigateway("tags/*")],
      conditions: { StringEqualsIfExists: { ...tag(name), ...newTag(name) } },
    },
    newDomain: { resources: [apigateway("domainnames")], conditions: { StringEquals: newTag(name) } },
    domain: {
      resources: ["", "/basepathmappings", "/basepathmappings/*"].map((below) =>
        apigateway(`domainnames/${environment.api.domain}${below}`),
      ),
    },
    newCertificate: {
      ...anything,
      conditions: {
        StringEquals: { ...newTag(name), "acm:ValidationMethod": "DNS" },
        "ForAllValues:StringEquals": { "acm:DomainNames": [environment.api.domain] },
      },
    },
    certificates: { resources: [regional("acm", "certificate/*")], conditions: { StringEquals: tag(name) } },
    zones: { resources: ["arn:aws:route53:::hostedzone/*"] },
    zoneChanges: { resources: ["arn:aws:route53:::change/*"] },
    /** The API's own name and the record that proves its certificate. */
    records: {
      resources: ["arn:aws:route53:::hostedzone/*"],
      conditions: {
        "ForAllValues:StringLike": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
            environment.api.domain,
            `_*.${environment.api.domain}`,
          ],
        },
      },
    },
    firewall: { resources: [regional("wafv2", `regional/webacl/${name}-api/*`)] },
    firewallRules: { resources: [regional("wafv2", "regional/managedruleset/*/*")] },
    stages: { resources: [apigateway("restapis/*/stages/live")], conditions: { StringEquals: tag(name) } },
  } satisfies Record<string, Place>;
}

export type PlaceName = keyof ReturnType<typeof places>;

import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { CloudfrontDistribution } from "@cdktf/provider-aws/lib/cloudfront-distribution";
import { DataAwsAmi } from "@cdktf/provider-aws/lib/data-aws-ami";
import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { ElasticacheReplicationGroup } from "@cdktf/provider-aws/lib/elasticache-replication-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Wafv2WebAcl } from "@cdktf/provider-aws/lib/wafv2-web-acl";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { Resource } from "@cdktf/provider-null/lib/resource";
import { Password } from "@cdktf/provider-random/lib/password";
import { RandomProvider } from "@cdktf/provider-random/lib/provider";
import { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { SelfSignedCert } from "@cdktf/provider-tls/lib/self-signed-cert";
import { App, Fn, S3Backend, TerraformIterator, TerraformOutput, TerraformStack, Token } from "cdktf";

/** What tests change from one run to the next. */
export interface Settings {
  readonly cidr?: string;
  readonly bucket?: string;
  readonly clusterIdentifier?: string;
  readonly clusterKey?: string;
  readonly owner?: string;
}

/** Resource types that have nothing to do with one another, so that each form of attribute and block occurs. */
export function unrelated(outdir: string, settings: Settings = {}): void {
  const { cidr = "10.1.0.0/16", bucket = "some-pictures", clusterIdentifier = "orders", owner = "someone" } = settings;
  const app = new App({ outdir });
  const stack = new TerraformStack(app, "unrelated");
  new S3Backend(stack, {
    bucket: "some-state",
    key: "unrelated.tfstate",
    region: "eu-west-1",
    dynamodbTable: "some-locks",
  });
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
  new AwsProvider(stack, "aws", {
    region: "eu-west-1",
    allowedAccountIds: ["210987654321"],
    defaultTags: [{ tags: { owner } }],
  });
  const america = new AwsProvider(stack, "america", { alias: "america", region: "us-east-1" });
  new RandomProvider(stack, "random");
  new NullProvider(stack, "null");
  new TlsProvider(stack, "tls");

  // Data sources, and lists that a program indexes.
  const zones = new DataAwsAvailabilityZones(stack, "zones", { state: "available" });
  const identity = new DataAwsCallerIdentity(stack, "identity");
  const image = new DataAwsAmi(stack, "image", {
    mostRecent: true,
    owners: ["amazon"],
    filter: [{ name: "name", values: ["al2023-*"] }],
  });
  const trust = new DataAwsIamPolicyDocument(stack, "trust", {
    statement: [
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: ["ecs-tasks.amazonaws.com"] }],
        condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [identity.accountId] }],
      },
    ],
  });

  // References, sets, an attribute that is a set of objects, timeouts, and a dynamic block.
  const vpc = new Vpc(stack, "vpc", { cidrBlock: cidr, tags: { Name: "some" } });
  const subnets = [0, 1].map(
    (index) =>
      new Subnet(stack, `subnet-${index}`, {
        vpcId: vpc.id,
        cidrBlock: Fn.cidrsubnet(vpc.cidrBlock, 8, index),
        availabilityZone: Token.asString(Fn.element(zones.names, index)),
      }),
  );
  const ports = TerraformIterator.fromList([80, 443].map(String));
  const group = new SecurityGroup(stack, "group", {
    vpcId: vpc.id,
    ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [vpc.cidrBlock] }],
    timeouts: { create: "5m" },
  });

  // Blocks in blocks, lists of at most one, maps, JSON, and lists of blocks.
  const cluster = new EcsCluster(stack, "cluster", {
    name: "some",
    setting: [{ name: "containerInsights", value: "enabled" }],
    configuration: { executeCommandConfiguration: { logging: "OVERRIDE", logConfiguration: { s3BucketName: "logs" } } },
  });
  const role = new IamRole(stack, "role", { name: "task", assumeRolePolicy: trust.json });
  const task = new EcsTaskDefinition(stack, "task", {
    family: "web",
    containerDefinitions: Fn.jsonencode([{ name: "web", image: "nginx" }]),
    cpu: "256",
    memory: "512",
    networkMode: "awsvpc",
    taskRoleArn: role.arn,
    volume: [{ name: "shared", efsVolumeConfiguration: { fileSystemId: "fs-1", rootDirectory: "/" } }],
  });
  new EcsService(stack, "service", {
    name: "web",
    cluster: cluster.arn,
    taskDefinition: task.arn,
    desiredCount: 2,
    networkConfiguration: { subnets: subnets.map(({ id }) => id), securityGroups: [group.id] },
    deploymentCircuitBreaker: { enable: true, rollback: true },
  });
  const template = new LaunchTemplate(stack, "template", {
    namePrefix: "worker-",
    imageId: image.id,
    instanceType: "t4g.small",
    blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true", volumeSize: 20 } }],
    metadataOptions: { httpTokens: "required" },
  });
  new AutoscalingGroup(stack, "workers", {
    minSize: 1,
    maxSize: 3,
    vpcZoneIdentifier: subnets.map(({ id }) => id),
    launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
    tag: [{ key: "Name", value: "worker", propagateAtLaunch: true }],
  });
  new ElasticacheReplicationGroup(stack, "cache", {
    replicationGroupId: "cache",
    description: "sessions",
    numCacheClusters: 2,
    logDeliveryConfiguration: [
      { destination: "logs", destinationType: "cloudwatch-logs", logFormat: "json", logType: "slow-log" },
    ],
  });
  new DynamodbTable(stack, "table", {
    name: "orders",
    billingMode: "PAY_PER_REQUEST",
    hashKey: "id",
    attribute: [
      { name: "id", type: "S" },
      { name: "customer", type: "S" },
    ],
    globalSecondaryIndex: [{ name: "by-customer", hashKey: "customer", projectionType: "ALL" }],
    pointInTimeRecovery: { enabled: true },
    ttl: { enabled: true, attributeName: "expires" },
  });
  const pictures = new S3Bucket(stack, "pictures", { bucket, forceDestroy: true });
  new S3BucketLifecycleConfiguration(stack, "lifecycle", {
    bucket: pictures.id,
    rule: [
      {
        id: "old",
        status: "Enabled",
        filter: [{ prefix: "thumbnails/" }],
        expiration: [{ days: 30 }],
        abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
      },
    ],
  });
  const topic = new SnsTopic(stack, "uploads", { name: "uploads" });
  const suffixes = TerraformIterator.fromList(["jpg", "png"]);
  new S3BucketNotification(stack, "notification", {
    bucket: pictures.id,
    topic: suffixes.dynamic({ topic_arn: topic.arn, events: ["s3:ObjectCreated:*"], filter_suffix: suffixes.value }),
  });
  new CloudfrontDistribution(stack, "cdn", {
    provider: america,
    enabled: true,
    origin: [{ originId: "pictures", domainName: pictures.bucketRegionalDomainName }],
    defaultCacheBehavior: {
      allowedMethods: ["GET", "HEAD"],
      cachedMethods: ["GET", "HEAD"],
      targetOriginId: "pictures",
      viewerProtocolPolicy: "redirect-to-https",
      forwardedValues: { queryString: false, cookies: { forward: "none" } },
    },
    restrictions: { geoRestriction: { restrictionType: "none" } },
    viewerCertificate: { cloudfrontDefaultCertificate: true },
  });
  // Members that the bindings type as `any`.
  new Wafv2WebAcl(stack, "firewall", {
    name: "some",
    scope: "REGIONAL",
    defaultAction: { allow: {} },
    visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "some", sampledRequestsEnabled: false },
    rule: [
      {
        name: "rate",
        priority: 1,
        action: { block: {} },
        statement: { rate_based_statement: { limit: 1000, aggregate_key_type: "IP" } },
        visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "rate", sampledRequestsEnabled: false },
      },
      {
        name: "managed",
        priority: 2,
        overrideAction: { none: {} },
        statement: {
          managed_rule_group_statement: {
            name: "AWSManagedRulesCommonRuleSet",
            vendor_name: "AWS",
            rule_action_override: [{ name: "SizeRestrictions_BODY", action_to_use: { count: {} } }],
          },
        },
        visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "managed", sampledRequestsEnabled: false },
      },
    ],
  });

  // Sensitive values, write-only ones, and resources of other providers.
  const password = new Password(stack, "password", { length: 24 });
  new RdsCluster(stack, "database", {
    clusterIdentifier,
    engine: "aurora-postgresql",
    masterUsername: "root",
    masterPasswordWo: "never-in-state",
    masterPasswordWoVersion: 1,
    storageEncrypted: true,
    ...(settings.clusterKey === undefined ? {} : { kmsKeyId: settings.clusterKey }),
    serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 4 },
  });
  const secret = new SecretsmanagerSecret(stack, "secret", { name: "database" });
  new SecretsmanagerSecretVersion(stack, "secret-version", { secretId: secret.id, secretString: password.result });
  const key = new PrivateKey(stack, "key", { algorithm: "ED25519" });
  new SelfSignedCert(stack, "certificate", {
    privateKeyPem: key.privateKeyPem,
    validityPeriodHours: 24,
    allowedUses: ["server_auth"],
    subject: [{ commonName: "some.example" }],
  });
  new Resource(stack, "marker", { triggers: { vpc: vpc.id } });
  new SnsTopic(stack, "per-port", { forEach: ports, name: `port-${ports.value}` });

  new TerraformOutput(stack, "role-arn", { value: role.arn });
  new TerraformOutput(stack, "trust-policy", { value: trust.json });
  new TerraformOutput(stack, "vpc-id", { value: vpc.id });
  // Set nowhere, so AWS chooses it.
  new TerraformOutput(stack, "vpc-tenancy", { value: vpc.instanceTenancy });
  app.synth();
}

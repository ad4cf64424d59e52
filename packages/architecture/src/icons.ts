import { readFileSync } from "node:fs";
import { createRequire as requireFrom } from "node:module";
import { dirname, join } from "node:path";

// AWS's own icons, which AWS offers for architecture diagrams (https://aws.amazon.com/architecture/icons/), as aws-icons
// packs them (MIT).
const folder = join(dirname(requireFrom(import.meta.url).resolve("aws-icons/package.json")), "icons");

/** Icons in use, by their files in the package. */
const files = {
  "api-gateway": "architecture-service/AmazonAPIGateway",
  aurora: "architecture-service/AmazonAurora",
  backup: "architecture-service/AWSBackup",
  bucket: "architecture-service/AmazonSimpleStorageService",
  cache: "architecture-service/AmazonElastiCache",
  certificate: "architecture-service/AWSCertificateManager",
  cloudwatch: "architecture-service/AmazonCloudWatch",
  codebuild: "architecture-service/AWSCodeBuild",
  dynamodb: "architecture-service/AmazonDynamoDB",
  dns: "architecture-service/AmazonRoute53",
  endpoint: "architecture-service/AWSPrivateLink",
  fargate: "architecture-service/AWSFargate",
  firewall: "architecture-service/AWSWAF",
  function: "architecture-service/AWSLambda",
  iam: "architecture-service/AWSIdentityandAccessManagement",
  proxy: "architecture-service/AmazonRDS",
  queue: "architecture-service/AmazonSimpleQueueService",
  registry: "architecture-service/AmazonElasticContainerRegistry",
  secret: "architecture-service/AWSSecretsManager",
  topic: "architecture-service/AmazonSimpleNotificationService",
  "internet-gateway": "resource/AmazonVPCInternetGateway",
  "nat-gateway": "resource/AmazonVPCNATGateway",
  role: "resource/AWSIdentityAccessManagementRole",
  "cloud-box": "architecture-group/AWSCloud",
  "vpc-box": "architecture-group/VirtualprivatecloudVPC",
  "public-box": "architecture-group/Publicsubnet",
  "private-box": "architecture-group/Privatesubnet",
  files: "resource/AmazonSimpleStorageServiceBucketWithObjects",
  email: "resource/Email",
  internet: "resource/Internet",
  pipeline: "resource/GitRepository",
  users: "resource/Users",
  postgres: "resource/AmazonAuroraPostgreSQLInstance",
  redis: "resource/AmazonElastiCacheElastiCacheforRedis",
  resolver: "resource/AmazonRoute53Resolver",
  router: "resource/AmazonVPCRouter",
  service: "resource/GenericApplication",
  worker: "resource/Gear",
} as const;

export type Icon = keyof typeof files;

/** AWS's dark blue, of the icons that stand for no service: drawn in the colour of the text, so that they show on dark too. */
const ink = /#(232f3d|232f3e|242f3e)/gi;

/** An icon as a symbol that a picture uses as often as it likes. */
export function symbol(icon: Icon): string {
  const svg = readFileSync(join(folder, `${files[icon]}.svg`), "utf8");
  const [, viewBox = "", body = ""] = /viewBox="([^"]+)"[^>]*>(.*)<\/svg>/s.exec(svg) ?? [];
  const plain = body.replace(/<title>.*?<\/title>/s, "");
  const drawn = files[icon].startsWith("resource/") ? plain.replaceAll(ink, "currentColor") : plain;
  return `<symbol id="${icon}" viewBox="${viewBox}">${drawn}</symbol>`;
}

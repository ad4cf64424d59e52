import type { Verdict } from "../../src/verdict";

/** A change of somebody's Terraform, and what a careful operator says to it. */
export interface GoldenChange {
  /** What the team did. */
  readonly name: string;
  readonly verdict: Verdict;
  /** Why: what is lost, or why nothing is. */
  readonly because: string;
  /** What was deployed. `NAME` is a name that no other change has. @default nothing */
  readonly before?: string;
  readonly after: string;
}

const queue = (name: string, more = "") => `resource "aws_sqs_queue" "${name}" {\n  name = "${name}"\n${more}}\n`;
const queueModule = (name: string, more = "") =>
  `module "${name}" {\n  source = "./modules/queue"\n  name   = "NAME"\n${more}}\n`;
const moved = (from: string, to: string) => `moved {\n  from = ${from}\n  to   = ${to}\n}\n`;
const database = (more = "", engine = "16.3", protection = true) => `resource "aws_db_instance" "NAME" {
  identifier          = "NAME"
  engine              = "postgres"
  engine_version      = "${engine}"
  instance_class      = "db.t4g.micro"
  allocated_storage   = 20
  username            = "NAME"
  manage_master_user_password = true
  deletion_protection = ${protection}
  skip_final_snapshot = false
  final_snapshot_identifier = "NAME-final"
${more}}\n`;
const policy = (action: string, resource = "arn:aws:s3:::NAME/*", more = "") => `resource "aws_iam_policy" "NAME" {
  name   = "NAME"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Read", Effect = "Allow", Action = ${action}, Resource = "${resource}"${more} }]
  })
}\n`;
const role = (principal: string) => `resource "aws_iam_role" "NAME" {
  name               = "NAME"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Assume", Effect = "Allow", Action = "sts:AssumeRole", Principal = ${principal} }]
  })
}\n`;
const group = (port: number, source: string) => `resource "aws_security_group" "NAME" {
  name        = "NAME"
  description = "NAME"
  vpc_id      = "vpc-0123456789abcdef0"
}
resource "aws_vpc_security_group_ingress_rule" "NAME" {
  security_group_id = aws_security_group.NAME.id
  cidr_ipv4         = "${source}"
  ip_protocol       = "tcp"
  from_port         = ${port}
  to_port           = ${port}
}\n`;
const bucket = (more = "") => `resource "aws_s3_bucket" "NAME" {\n  bucket = "NAME-bucket"\n${more}}\n`;
const table = (key: string) => `resource "aws_dynamodb_table" "NAME" {
  name         = "NAME"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "${key}"
  attribute {
    name = "${key}"
    type = "S"
  }
}\n`;
const fn = (more: string) => `resource "aws_lambda_function" "NAME" {
  function_name = "NAME"
  role          = "arn:aws:iam::111122223333:role/NAME"
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "code.zip"
${more}}\n`;

const cache = (more: string) => `resource "aws_elasticache_replication_group" "NAME" {
  replication_group_id       = "NAME"
  description                = "Jobs"
  engine                     = "valkey"
  engine_version             = "8.2"
  node_type                  = "cache.t4g.small"
  automatic_failover_enabled = true
  at_rest_encryption_enabled = "true"
  transit_encryption_enabled = true
${more}}\n`;
const cacheSettings = '  multi_az_enabled = true\n  num_cache_clusters = 2\n  transit_encryption_mode = "required"\n';
const parameters = (eviction: string) =>
  `resource "aws_elasticache_parameter_group" "NAME" {\n  name   = "NAME"\n  family = "valkey8"\n  parameter {\n    name  = "maxmemory-policy"\n    value = "${eviction}"\n  }\n}\n`;
const task = (container: string, role = "worker") => `resource "aws_ecs_task_definition" "NAME" {
  family        = "NAME"
  cpu           = "256"
  memory        = "512"
  task_role_arn = "arn:aws:iam::111122223333:role/${role}"
  container_definitions = jsonencode([{
    name = "worker", readonlyRootFilesystem = true, image = "registry/worker@sha256:${"0".repeat(64)}"${container}
  }])
}\n`;
const scaling = (min: number, max: number) =>
  `resource "aws_appautoscaling_target" "NAME" {\n  service_namespace  = "ecs"\n  resource_id        = "service/NAME/NAME"\n  scalable_dimension = "ecs:service:DesiredCount"\n  min_capacity       = ${min}\n  max_capacity       = ${max}\n}\n`;

export const goldenChanges: readonly GoldenChange[] = [
  {
    name: "a resource moves into a module, with a moved block",
    verdict: "safe",
    because: "only its address in the state changes",
    before: queue("NAME"),
    after: queueModule("NAME") + moved("aws_sqs_queue.NAME", "module.NAME.aws_sqs_queue.this"),
  },
  {
    name: "a resource moves into a module, and nobody wrote a moved block",
    verdict: "stop",
    because: "the queue and its messages are deleted, an empty one takes its name",
    before: queue("NAME"),
    after: queueModule("NAME"),
  },
  {
    name: "a module is renamed, with a moved block",
    verdict: "safe",
    because: "only addresses change",
    before: queueModule("NAME_old"),
    after: queueModule("NAME") + moved("module.NAME_old", "module.NAME"),
  },
  {
    name: "count becomes for_each, with moved blocks",
    verdict: "safe",
    because: "only addresses change",
    before: `resource "aws_sqs_queue" "NAME" {\n  count = 2\n  name  = "NAME-\${count.index}"\n}\n`,
    after:
      `resource "aws_sqs_queue" "NAME" {\n  for_each = toset(["0", "1"])\n  name     = "NAME-\${each.key}"\n}\n` +
      moved("aws_sqs_queue.NAME[0]", 'aws_sqs_queue.NAME["0"]') +
      moved("aws_sqs_queue.NAME[1]", 'aws_sqs_queue.NAME["1"]'),
  },
  {
    name: "count becomes for_each without moved blocks",
    verdict: "stop",
    because: "both queues are deleted and made anew",
    before: `resource "aws_sqs_queue" "NAME" {\n  count = 2\n  name  = "NAME-\${count.index}"\n}\n`,
    after: `resource "aws_sqs_queue" "NAME" {\n  for_each = toset(["0", "1"])\n  name     = "NAME-\${each.key}"\n}\n`,
  },
  {
    name: "the first of three counted subnets goes, so the others move up",
    verdict: "look",
    because: "subnets are replaced, and what runs in them with them",
    before: `resource "aws_subnet" "NAME" {\n  count      = 3\n  vpc_id     = "vpc-0123456789abcdef0"\n  cidr_block = ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"][count.index]\n}\n`,
    after: `resource "aws_subnet" "NAME" {\n  count      = 2\n  vpc_id     = "vpc-0123456789abcdef0"\n  cidr_block = ["10.0.1.0/24", "10.0.2.0/24"][count.index]\n}\n`,
  },
  {
    name: "a resource gets another name in the source, with a moved block",
    verdict: "safe",
    because: "only its address changes",
    before: database().replaceAll('"aws_db_instance" "NAME"', '"aws_db_instance" "NAME_main"'),
    after: database() + moved("aws_db_instance.NAME_main", "aws_db_instance.NAME"),
  },
  {
    name: "an existing log group is imported as it is",
    verdict: "safe",
    because: "Terraform begins to manage what is there",
    after: `resource "aws_cloudwatch_log_group" "NAME" {
  name = "NAME"
}
import {
  to = aws_cloudwatch_log_group.NAME
  id = "NAME"
}
`,
  },
  {
    name: "a resource leaves the state and stays in AWS, with a removed block",
    verdict: "look",
    because: "nobody manages it from now on",
    before: queue("NAME"),
    after: "removed {\n  from = aws_sqs_queue.NAME\n  lifecycle {\n    destroy = false\n  }\n}\n",
  },
  {
    name: "a bucket is removed",
    verdict: "stop",
    because: "its objects go with it",
    before: bucket(),
    after: "",
  },
  {
    name: "tags change",
    verdict: "safe",
    because: "nothing behaves otherwise",
    before: queue("NAME", '  tags = { owner = "one" }\n'),
    after: queue("NAME", '  tags = { owner = "two" }\n'),
  },
  {
    name: "the database gets a minor version",
    verdict: "look",
    because: "it restarts, at once or in its window",
    before: database(),
    after: database("", "16.4"),
  },
  {
    name: "the database is encrypted at last",
    verdict: "stop",
    because: "that needs a new one: the data is gone without a copy",
    before: database(),
    after: database("  storage_encrypted = true\n"),
  },
  {
    name: "deletion protection goes",
    verdict: "stop",
    because: "what comes next may delete it",
    before: database(),
    after: database("", "16.3", false),
  },
  {
    name: "the database is reachable from the internet",
    verdict: "stop",
    because: "a way in for everyone",
    before: database(),
    after: database("  publicly_accessible = true\n"),
  },
  {
    name: "backups are kept for a shorter time",
    verdict: "look",
    because: "older ones are deleted at once",
    before: database("  backup_retention_period = 14\n"),
    after: database("  backup_retention_period = 3\n"),
  },
  {
    name: "the database gets a larger class",
    verdict: "look",
    because: "it restarts, and costs more",
    before: database(),
    after: database().replace("db.t4g.micro", "db.r7g.large"),
  },
  {
    name: "SSH opens to the world",
    verdict: "stop",
    because: "a way in for everyone",
    before: group(22, "10.0.0.0/8"),
    after: group(22, "0.0.0.0/0"),
  },
  {
    name: "a port opens to the office's network",
    verdict: "look",
    because: "somebody else may talk to it",
    before: group(443, "10.0.0.0/8"),
    after: group(443, "192.0.2.0/24"),
  },
  {
    name: "a policy gains every action",
    verdict: "stop",
    because: "it allows everything on the bucket",
    before: policy('["s3:GetObject"]'),
    after: policy('["s3:*"]'),
  },
  {
    name: "a policy gains one more action",
    verdict: "look",
    because: "somebody may do more",
    before: policy('["s3:GetObject"]'),
    after: policy('["s3:GetObject", "s3:PutObject"]'),
  },
  {
    name: "a policy loses its condition",
    verdict: "stop",
    because: "what held it back is gone",
    before: policy(
      '["s3:GetObject"]',
      "arn:aws:s3:::NAME/*",
      ', Condition = { Bool = { "aws:SecureTransport" = "true" } }',
    ),
    after: policy('["s3:GetObject"]'),
  },
  {
    name: "a policy is written in another order, as an upgraded tool does",
    verdict: "safe",
    because: "it says the same",
    before: policy('["s3:GetObject", "s3:ListBucket"]'),
    after: policy('["s3:ListBucket", "s3:GetObject"]'),
  },
  {
    name: "a role trusts another account",
    verdict: "stop",
    because: "strangers may become the role",
    before: role('{ Service = "lambda.amazonaws.com" }'),
    after: role('{ Service = "lambda.amazonaws.com", AWS = "arn:aws:iam::444455556666:root" }'),
  },
  {
    name: "the table gets another key",
    verdict: "stop",
    because: "a key cannot change: the table and its items are gone",
    before: table("id"),
    after: table("user"),
  },
  {
    name: "the function gets a new runtime",
    verdict: "look",
    because: "its code runs on another version",
    before: fn(""),
    after: fn("").replace("nodejs22.x", "nodejs24.x"),
  },
  {
    name: "the function gets more memory",
    verdict: "safe",
    because: "nothing is lost or let in; the cost says the rest",
    before: fn("  memory_size = 256\n"),
    after: fn("  memory_size = 1024\n"),
  },
  {
    name: "logs are kept for a shorter time",
    verdict: "look",
    because: "older lines are deleted at once",
    before: `resource "aws_cloudwatch_log_group" "NAME" {\n  name              = "NAME"\n  retention_in_days = 365\n}\n`,
    after: `resource "aws_cloudwatch_log_group" "NAME" {\n  name              = "NAME"\n  retention_in_days = 7\n}\n`,
  },
  {
    name: "the NAT gateway goes",
    verdict: "look",
    because: "private subnets lose their way out; it can be built again",
    before: `resource "aws_nat_gateway" "NAME" {\n  subnet_id     = "subnet-0123456789abcdef0"\n  allocation_id = "eipalloc-0123456789abcdef0"\n}\n`,
    after: "",
  },
  {
    name: "the key's rotation is switched off",
    verdict: "stop",
    because: "a protection goes",
    before: `resource "aws_kms_key" "NAME" {\n  enable_key_rotation = true\n}\n`,
    after: `resource "aws_kms_key" "NAME" {\n  enable_key_rotation = false\n}\n`,
  },
  {
    name: "public access to the bucket is no longer blocked",
    verdict: "stop",
    because: "a protection goes",
    before: `${bucket()}resource "aws_s3_bucket_public_access_block" "NAME" {\n  bucket                  = aws_s3_bucket.NAME.id\n  block_public_acls       = true\n  block_public_policy     = true\n  ignore_public_acls      = true\n  restrict_public_buckets = true\n}\n`,
    after: bucket(),
  },
  {
    name: "an upgraded provider wants versioning as a resource of its own",
    verdict: "safe",
    because: "the setting stays what it is: it moves from the bucket to a resource beside it",
    before: bucket(),
    after: `${bucket()}resource "aws_s3_bucket_versioning" "NAME" {\n  bucket = aws_s3_bucket.NAME.id\n  versioning_configuration {\n    status = "Enabled"\n  }\n}\n`,
  },
  {
    name: "the queue gets another key",
    verdict: "stop",
    because: "a queue is encrypted when it is made: it is replaced, and what waits is gone",
    before: cache(`${cacheSettings}  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/one"\n`),
    after: cache(`${cacheSettings}  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/other"\n`),
  },
  {
    name: "the queue speaks to clients without TLS as well",
    verdict: "stop",
    because: "jobs cross the network in the clear",
    before: cache(cacheSettings),
    after: cache(cacheSettings.replace("required", "preferred")),
  },
  {
    name: "the queue may evict",
    verdict: "stop",
    because: "a full queue throws jobs away instead of refusing new ones",
    before: parameters("noeviction"),
    after: parameters("allkeys-lru"),
  },
  {
    name: "the queue is in one zone alone",
    verdict: "stop",
    because: "the loss of a zone is the loss of the queue",
    before: cache(cacheSettings),
    after: cache(cacheSettings.replace("multi_az_enabled = true", "multi_az_enabled = false")),
  },
  {
    name: "the queue gets one more replica",
    verdict: "safe",
    because: "nothing is replaced, and nothing waits for it",
    before: cache(cacheSettings),
    after: cache(cacheSettings.replace("= 2", "= 3")),
  },
  {
    name: "a worker's task gets another role",
    verdict: "look",
    because: "its code may do what the other role may",
    before: task(""),
    after: task("", "administrator"),
  },
  {
    name: "a worker's container is privileged",
    verdict: "look",
    because: "it may do what its host may",
    before: task(""),
    after: task(", privileged = true"),
  },
  {
    name: "workers shrink",
    verdict: "look",
    because: "the backlog may grow",
    before: scaling(2, 20),
    after: scaling(1, 2),
  },
  {
    name: "only an output changes",
    verdict: "safe",
    because: "no resource changes",
    before: `${queue("NAME")}output "NAME" {\n  value = aws_sqs_queue.NAME.arn\n}\n`,
    after: `${queue("NAME")}output "NAME" {\n  value = aws_sqs_queue.NAME.name\n}\n`,
  },
];

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ObjectValue, run, Terraform } from "@platform/terraform";
import { type Rehearsal, startRehearsal } from "../src/rehearsal";

/** A queue, and tasks that are scaled by what waits in it, as a team writes them. */
const program = `provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { environment = "development" }
  }
}
resource "aws_kms_key" "key" { description = "k" }
resource "aws_elasticache_subnet_group" "s" {
  name = "development-queue"
  description = "Isolated subnets"
  subnet_ids = ["subnet-1"]
}
resource "aws_elasticache_parameter_group" "p" {
  name = "development-queue-8"
  family = "valkey8"
  parameter {
    name = "maxmemory-policy"
    value = "noeviction"
  }
}
resource "aws_elasticache_user" "u" {
  user_id = "development-loyalty"
  user_name = "development-loyalty"
  engine = "valkey"
  access_string = "on ~loyalty:* &loyalty:* -@all +get"
  authentication_mode { type = "iam" }
}
resource "aws_elasticache_user_group" "g" {
  user_group_id = "development-queue"
  engine = "valkey"
  user_ids = [aws_elasticache_user.u.user_id]
}
resource "aws_elasticache_replication_group" "q" {
  replication_group_id = "development-queue"
  description = "Jobs"
  engine = "valkey"
  engine_version = "8.2"
  node_type = "cache.t4g.micro"
  port = 6379
  parameter_group_name = aws_elasticache_parameter_group.p.name
  subnet_group_name = aws_elasticache_subnet_group.s.name
  security_group_ids = ["sg-1"]
  num_cache_clusters = 2
  multi_az_enabled = true
  automatic_failover_enabled = true
  transit_encryption_enabled = true
  transit_encryption_mode = "required"
  at_rest_encryption_enabled = "true"
  kms_key_id = aws_kms_key.key.arn
  user_group_ids = [aws_elasticache_user_group.g.user_group_id]
  log_delivery_configuration {
    destination = "a"
    destination_type = "cloudwatch-logs"
    log_format = "json"
    log_type = "slow-log"
  }
  snapshot_retention_limit = 1
  snapshot_window = "01:00-02:00"
  maintenance_window = "Sun:04:30-Sun:05:30"
  auto_minor_version_upgrade = "true"
  apply_immediately = true
}
resource "aws_ecs_cluster" "c" {
  name = "development"
  setting {
    name = "containerInsights"
    value = "disabled"
  }
}
resource "aws_ecr_repository" "r" {
  name = "development-loyalty"
  image_tag_mutability = "IMMUTABLE"
  image_scanning_configuration { scan_on_push = true }
  encryption_configuration {
    encryption_type = "KMS"
    kms_key = aws_kms_key.key.arn
  }
  force_delete = true
}
resource "aws_ecr_lifecycle_policy" "l" {
  repository = aws_ecr_repository.r.name
  policy = jsonencode({ rules = [{ rulePriority = 1, description = "The last 30 images", selection = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 30 }, action = { type = "expire" } }] })
}
resource "aws_ecs_task_definition" "t" {
  family = "development-loyalty"
  requires_compatibilities = ["FARGATE"]
  network_mode = "awsvpc"
  cpu = "256"
  memory = "512"
  runtime_platform {
    cpu_architecture = "ARM64"
    operating_system_family = "LINUX"
  }
  task_role_arn = "arn:aws:iam::111122223333:role/a"
  execution_role_arn = "arn:aws:iam::111122223333:role/b"
  volume { name = "tmp" }
  skip_destroy = true
  container_definitions = jsonencode([{ name = "loyalty", image = "\${aws_ecr_repository.r.repository_url}:bootstrap", essential = true }])
}
resource "aws_ecs_service" "s" {
  name = "development-loyalty"
  cluster = aws_ecs_cluster.c.name
  task_definition = aws_ecs_task_definition.t.arn
  launch_type = "FARGATE"
  desired_count = 0
  deployment_circuit_breaker {
    enable = true
    rollback = true
  }
  availability_zone_rebalancing = "ENABLED"
  network_configuration {
    subnets = ["subnet-1"]
    security_groups = ["sg-1"]
    assign_public_ip = false
  }
  enable_execute_command = false
  enable_ecs_managed_tags = true
  propagate_tags = "SERVICE"
  lifecycle { ignore_changes = [task_definition, desired_count] }
}
resource "aws_appautoscaling_target" "t" {
  service_namespace = "ecs"
  resource_id = "service/\${aws_ecs_cluster.c.name}/\${aws_ecs_service.s.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity = 1
  max_capacity = 4
}
resource "aws_appautoscaling_policy" "p" {
  name = "backlog"
  policy_type = "TargetTrackingScaling"
  service_namespace = aws_appautoscaling_target.t.service_namespace
  resource_id = aws_appautoscaling_target.t.resource_id
  scalable_dimension = aws_appautoscaling_target.t.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value = 1000
    customized_metric_specification {
      metrics {
        id = "share"
        expression = "backlog / tasks"
        return_data = true
      }
    }
  }
}
resource "aws_secretsmanager_secret" "s" {
  name = "development/token-key"
  kms_key_id = aws_kms_key.key.arn
  recovery_window_in_days = 7
}
output "endpoint" { value = aws_elasticache_replication_group.q.primary_endpoint_address }
`;

const folder = mkdtempSync(join(tmpdir(), "queue-and-tasks-"));
let rehearsal: Rehearsal;
let stack: string;
const values = new Map<string, ObjectValue>();

const terraform = (...args: string[]) =>
  run("terraform", [...args, "-no-color"], stack, { ...process.env, ...rehearsal.environment() });

beforeAll(async () => {
  const infra = join(folder, "infra");
  mkdirSync(infra);
  writeFileSync(join(infra, "main.tf"), program);
  rehearsal = await startRehearsal();
  const [found] = await rehearsal.prepare(infra);
  if (found === undefined) throw new Error("the program has no stack");
  stack = found.folder;
  const runs = new Terraform(stack, { ...process.env, ...rehearsal.environment() });
  await runs.init();
  await runs.plan();
  await runs.apply();
  const { stdout } = await terraform("show", "-json");
  for (const resource of JSON.parse(stdout).values.root_module.resources) values.set(resource.type, resource.values);
}, 120_000);

afterAll(async () => {
  await rehearsal.stop();
  rmSync(folder, { recursive: true });
});

const of = (type: string) => values.get(type) ?? {};

test("a second plan finds nothing to do", async () => {
  expect((await terraform("plan", "-input=false")).stdout).toContain("No changes.");
});

test("a group without shards has an address for its writer and one for its readers, and nodes by number", () => {
  expect(of("aws_elasticache_replication_group")).toMatchObject({
    primary_endpoint_address: expect.stringMatching(
      /^master\.development-queue\.[0-9a-f]{6}\.eu-west-1\.cache\.amazonaws\.com$/,
    ),
    reader_endpoint_address: expect.stringMatching(/^replica\.development-queue\./),
    configuration_endpoint_address: "",
    global_replication_group_id: "",
    cluster_enabled: false,
    member_clusters: ["development-queue-001", "development-queue-002"],
    num_node_groups: 1,
    replicas_per_node_group: 1,
    engine_version_actual: "8.2.0",
  });
});

test("a service, its scaling and its alarms are called as AWS calls them", () => {
  expect(of("aws_ecs_service").arn).toMatch(/^arn:aws:ecs:eu-west-1:\d{12}:service\/development\/development-loyalty$/);
  expect(of("aws_appautoscaling_policy")).toMatchObject({
    arn: expect.stringMatching(
      /:scalingPolicy:[0-9a-f-]{36}:resource\/ecs\/service\/development\/development-loyalty:policyName\/backlog$/,
    ),
    alarm_arns: ["AlarmHigh", "AlarmLow"].map((kind) =>
      expect.stringContaining(`:alarm:TargetTracking-service/development/development-loyalty-${kind}-`),
    ),
  });
  expect(of("aws_appautoscaling_target").arn).toMatch(/:scalable-target\/0ec5[0-9a-f]{28}$/);
});

test("what the program leaves out is what the provider takes", () => {
  expect(of("aws_elasticache_parameter_group").description).toBe("Managed by Terraform");
  expect(of("aws_elasticache_user").no_password_required).toBe(false);
  expect(of("aws_secretsmanager_secret")).toMatchObject({ force_overwrite_replica_secret: false, name_prefix: "" });
});

import { generatedBindings } from "../programs/generated-bindings";
import { expression, type Program } from "./program";

const dated = ["year#", "month#", "day#", "unix#", "id!"];

/** Programs of more providers than one, and in forms of other tools and releases. */
export const providers: readonly Program[] = [
  {
    name: "times that others are reckoned from, files, an archive of what a program builds, a page of the web",
    files: {
      ...generatedBindings("hashicorp/time", "0.13.1", {
        "static-resource": ["rfc3339?", ...dated],
        offset: ["base_rfc3339?", "offset_days?", "rfc3339!", ...dated],
        rotating: ["rotation_days", "rfc3339?", "rotation_rfc3339?", ...dated],
        sleep: ["create_duration", "id!"],
      }),
      ...generatedBindings("hashicorp/local", "2.5.3", {
        file: ["content", "filename", "id!"],
        "data-local-file": ["filename", "content!"],
      }),
      ...generatedBindings("hashicorp/http", "3.5.0", { "data-http": ["url", "response_body!", "status_code#"] }),
      ...generatedBindings("hashicorp/archive", "2.7.1", {
        "data-archive-file": ["type", "source_dir?", "output_path", "output_base64sha256!"],
      }),
      ".gen/versions.json": JSON.stringify({
        "hashicorp/time": "0.13.1",
        "hashicorp/local": "2.5.3",
        "hashicorp/http": "3.5.0",
        "hashicorp/archive": "2.7.1",
      }),
      "main.tf": `
        resource "time_static" "made" {}
        resource "time_offset" "week" {
          base_rfc3339 = time_static.made.rfc3339
          offset_days  = 7
        }
        resource "time_rotating" "key" {
          rotation_days = 30
        }
        resource "time_sleep" "settled" {
          create_duration = "30s"
          depends_on      = [aws_sqs_queue.dated]
        }
        data "http" "page" {
          url = "https://example.com/health"
          lifecycle {
            postcondition {
              condition     = contains([200, 204], self.status_code)
              error_message = "The page is not well."
            }
          }
        }
        resource "aws_sqs_queue" "dated" {
          name = "orders-\${formatdate("YYYYMMDD", time_static.made.rfc3339)}"
          tags = {
            Until   = time_offset.week.rfc3339
            Expires = timeadd(time_rotating.key.rotation_rfc3339, "24h")
            Next    = time_static.made.year + 1
          }
        }
        resource "local_file" "told" {
          filename = "\${path.module}/out/queue.json"
          content  = jsonencode({ queue = aws_sqs_queue.dated.url, page = data.http.page.response_body })
        }
        resource "null_resource" "build" {
          triggers = {
            sources = sha256(join("", [for file in fileset(path.module, "*.tf") : filesha256(file)]))
          }
          provisioner "local-exec" {
            command = "make build"
          }
        }
        data "archive_file" "built" {
          type        = "zip"
          source_dir  = "\${path.module}/build"
          output_path = "\${path.module}/out/build.zip"
          depends_on  = [null_resource.build]
        }
        resource "aws_lambda_layer_version" "built" {
          layer_name       = "built"
          filename         = data.archive_file.built.output_path
          source_code_hash = data.archive_file.built.output_base64sha256
        }
        check "week" {
          assert {
            condition     = time_offset.week.unix - time_static.made.unix == 7 * 24 * 3600
            error_message = "\${time_offset.week.rfc3339} is not a week after \${time_static.made.rfc3339}"
          }
        }`,
    },
    resources: 8,
  },
  {
    name: "functions of the provider, several instances of it, and values of one run alone handed on",
    files: {
      "main.tf": `
        terraform {
          required_providers {
            aws = {
              source  = "hashicorp/aws"
              version = ">= 5.40, < 7.0"
            }
          }
        }
        provider "aws" {
          region = "eu-west-1"
        }
        provider "aws" {
          alias  = "backup"
          region = "eu-central-1"
          assume_role {
            role_arn     = provider::aws::arn_build("aws", "iam", "", "210987654321", "role/backup")
            session_name = "terraform"
          }
        }
        provider "aws" {
          alias  = "global"
          region = "us-east-1"
        }
        variable "once" {
          type      = string
          ephemeral = true
          default   = "told once"
        }
        ephemeral "aws_secretsmanager_secret_version" "login" {
          secret_id = aws_secretsmanager_secret.login.id
        }
        resource "aws_secretsmanager_secret" "login" {
          name = "login"
          replica {
            region = "eu-central-1"
          }
        }
        resource "aws_secretsmanager_secret_version" "login" {
          secret_id                = aws_secretsmanager_secret.login.id
          secret_string_wo         = var.once
          secret_string_wo_version = 2
        }
        resource "aws_s3_bucket" "copy" {
          provider = aws.backup
          bucket   = "some-copy"
        }
        resource "aws_kms_key" "key" {
          deletion_window_in_days = 7
          policy                  = templatefile("key.json.tftpl", { account = provider::aws::arn_parse(aws_secretsmanager_secret.login.arn).account_id })
        }
        resource "aws_kms_replica_key" "key" {
          provider        = aws.backup
          primary_key_arn = aws_kms_key.key.arn
        }
        resource "aws_wafv2_ip_set" "blocked" {
          provider           = aws.global
          name               = "blocked"
          scope              = "CLOUDFRONT"
          ip_address_version = "IPV4"
          addresses          = [for network in ["192.0.2.0/25", "198.51.100.0/24"] : cidrsubnet(network, 1, 0)]
        }
        output "service" {
          value = provider::aws::arn_parse(aws_kms_key.key.arn).service
        }`,
      "key.json.tftpl": JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "kms:*",
            Resource: "*",
            Principal: { AWS: `arn:aws:iam::${expression("account")}:root` },
          },
        ],
      }),
    },
    resources: 6,
  },
  {
    name: "Terraform's JSON written by hand, with comments, lists for blocks and a module",
    files: {
      "main.tf.json": JSON.stringify({
        "//": "by hand",
        terraform: [{ required_version: ">= 1.0", required_providers: [{ aws: "~> 6.0" }] }],
        provider: [{ aws: { region: "eu-west-1" } }, { aws: { alias: "global", region: "us-east-1" } }],
        variable: { names: { type: "set(string)", default: ["orders", "invoices"], description: "queues" } },
        locals: { long: expression("{ for name in var.names : name => length(name) if length(name) > 6 }") },
        data: { aws_caller_identity: { me: [{}] } },
        resource: [
          {
            aws_sqs_queue: {
              queue: [
                {
                  "//": "one for each name",
                  for_each: expression("var.names"),
                  name: expression("each.value"),
                  lifecycle: [{ ignore_changes: ["tags"], create_before_destroy: true }],
                },
              ],
            },
          },
          {
            aws_sns_topic: {
              long: { count: expression("length(local.long)"), name_prefix: "long-", provider: "aws.global" },
            },
            aws_security_group: {
              group: {
                dynamic: [
                  {
                    ingress: {
                      for_each: [80, 443],
                      iterator: "port",
                      content: {
                        from_port: expression("port.value"),
                        to_port: expression("port.value"),
                        protocol: "tcp",
                        cidr_blocks: ["10.0.0.0/8"],
                      },
                    },
                  },
                ],
              },
            },
          },
        ],
        module: [
          { alarms: [{ source: "./alarms", queues: expression("[for queue in aws_sqs_queue.queue : queue.name]") }] },
        ],
        output: [
          { account: { value: expression("data.aws_caller_identity.me.account_id") } },
          { alarms: { value: expression("module.alarms.arns"), depends_on: ["aws_sns_topic.long"] } },
        ],
      }),
      "alarms/main.tf.json": JSON.stringify({
        variable: { queues: {} },
        resource: {
          aws_cloudwatch_metric_alarm: {
            old: {
              count: expression("length(var.queues)"),
              alarm_name: expression("var.queues[count.index]"),
              comparison_operator: "GreaterThanThreshold",
              evaluation_periods: 1,
              namespace: "AWS/SQS",
              metric_name: "ApproximateAgeOfOldestMessage",
              period: 60,
              statistic: "Maximum",
              threshold: 600,
              dimensions: { QueueName: expression("var.queues[count.index]") },
            },
          },
        },
        output: { arns: { value: expression("aws_cloudwatch_metric_alarm.old[*].arn") } },
      }),
    },
    resources: 6,
  },
  {
    name: "a root that calls the module above it, without a repository around them",
    files: {
      "examples/complete/main.tf": `
        module "whole" {
          source = "../.."
          name   = "some"
        }
        module "near" {
          source = "../"
        }`,
      "examples/main.tf": 'resource "aws_sqs_queue" "near" {}',
      "main.tf": `
        variable "name" {}
        module "function" {
          source = "./modules/function"
          name   = var.name
        }`,
      "modules/function/main.tf": `
        variable "name" {}
        resource "aws_codebuild_project" "build" {
          name         = var.name
          service_role = "arn:aws:iam::123456789012:role/build"
          artifacts {
            type = "NO_ARTIFACTS"
          }
          environment {
            compute_type = "BUILD_GENERAL1_SMALL"
            image        = "aws/codebuild/standard:7.0"
            type         = "LINUX_CONTAINER"
          }
          source {
            type      = "NO_SOURCE"
            buildspec = file("\${path.module}/../../buildspec.yaml")
          }
        }`,
      "buildspec.yaml": "version: 0.2\n",
    },
    root: "examples/complete",
    resources: 2,
  },
];

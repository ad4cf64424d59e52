import { expression, type Program } from "./program";

/** Folders of `.tf` files without modules. */
export const folders: readonly Program[] = [
  { name: "one resource, and nothing else", files: { "main.tf": 'resource "aws_sqs_queue" "queue" {}' }, resources: 1 },
  {
    name: "blocks in blocks, each made for each element",
    files: {
      "main.tf": `
        variable "rules" {
          type = map(object({
            enabled     = optional(bool, true)
            days        = optional(list(number), [])
            expiration  = optional(number)
          }))
          default = { logs = { days = [30, 60], expiration = 90 }, uploads = {} }
        }
        resource "aws_s3_bucket" "bucket" {
          bucket = "some-logs"
        }
        resource "aws_s3_bucket_lifecycle_configuration" "rules" {
          bucket = aws_s3_bucket.bucket.id
          dynamic "rule" {
            for_each = var.rules
            content {
              id     = rule.key
              status = rule.value.enabled ? "Enabled" : "Disabled"
              dynamic "transition" {
                for_each = toset(rule.value.days)
                content {
                  days          = transition.value
                  storage_class = transition.value < 60 ? "STANDARD_IA" : "GLACIER"
                }
              }
              dynamic "expiration" {
                for_each = rule.value.expiration[*]
                content {
                  days = expiration.value
                }
              }
              abort_incomplete_multipart_upload {
                days_after_initiation = 7
              }
            }
          }
        }`,
    },
    resources: 2,
  },
  {
    name: "variables that are checked, conditions, and a check of what is there",
    files: {
      "main.tf": `
        variable "zone" {
          type = string
          validation {
            condition     = can(regex("^[a-z.]+$", var.zone))
            error_message = "A zone is a name."
          }
        }
        resource "aws_route53_zone" "zone" {
          name = var.zone
          lifecycle {
            create_before_destroy = true
            ignore_changes        = [comment]
            precondition {
              condition     = length(var.zone) < 64
              error_message = "too long"
            }
            postcondition {
              condition     = length(self.name_servers) > 0
              error_message = "no servers"
            }
          }
        }
        check "reachable" {
          assert {
            condition     = aws_route53_zone.zone.zone_id != ""
            error_message = "no id"
          }
        }`,
    },
    variables: { zone: "example.com" },
    resources: 1,
  },
  {
    name: "resources that moved, are imported or are forgotten",
    files: {
      "main.tf": `
        import {
          to = aws_s3_bucket.kept
          id = "some-bucket"
        }
        moved {
          from = aws_sqs_queue.old
          to   = aws_sqs_queue.new
        }
        removed {
          from = aws_sqs_queue.gone
          lifecycle {
            destroy = false
          }
        }
        resource "aws_s3_bucket" "kept" {
          bucket = "some-bucket"
        }
        resource "aws_sqs_queue" "new" {
          name = "new"
        }`,
    },
    imported: 1,
    resources: 1,
  },
  {
    name: "files of several forms, one of which overrides another",
    files: {
      "main.tf": `
        locals {
          settings = yamldecode(file("\${path.module}/settings.yaml"))
        }
        resource "aws_sqs_queue" "queue" {
          name          = local.settings.name
          delay_seconds = 5
        }`,
      "more.tf.json": JSON.stringify({ resource: [{ aws_sns_topic: [{ topic: [{ name: "told" }] }] }] }),
      "user_data.tftpl": `#!/bin/sh\n%{ for name in names ~}\necho ${expression("name")}\n%{ endfor ~}\n`,
      "instance.tf": `
        resource "aws_instance" "host" {
          ami           = "ami-0123456789abcdef0"
          instance_type = "t3.micro"
          user_data     = templatefile("\${path.module}/user_data.tftpl", { names = ["a", "b"] })
          root_block_device {
            encrypted = true
          }
        }`,
      "main_override.tf": 'resource "aws_sqs_queue" "queue" {\n  delay_seconds = 9\n}',
      "settings.yaml": "name: orders\n",
    },
    resources: 3,
  },
  {
    name: "three hundred resources, each of a place in a map",
    files: {
      "main.tf": `
        locals {
          services = { for index in range(100) : format("service-%03d", index) => index }
        }
        resource "aws_sqs_queue" "queue" {
          for_each                   = local.services
          name                       = each.key
          visibility_timeout_seconds = 30 + each.value
        }
        resource "aws_sns_topic" "topic" {
          for_each = local.services
          name     = each.key
        }
        resource "aws_sns_topic_subscription" "subscription" {
          for_each  = local.services
          topic_arn = aws_sns_topic.topic[each.key].arn
          endpoint  = aws_sqs_queue.queue[each.key].arn
          protocol  = "sqs"
        }`,
    },
    resources: 300,
  },
  {
    name: "a workspace's name in names, tags of the provider, and an endpoint of one's own",
    files: {
      "main.tf": `
        terraform {
          cloud {
            organization = "some"
            workspaces {
              tags = ["app"]
            }
          }
        }
        provider "aws" {
          region                      = "eu-west-1"
          profile                     = "production"
          skip_credentials_validation = true
          default_tags {
            tags = { Environment = terraform.workspace }
          }
          endpoints {
            s3 = "http://localhost:4566"
          }
          ignore_tags {
            key_prefixes = ["kubernetes.io/"]
          }
        }
        data "aws_caller_identity" "me" {}
        data "aws_region" "here" {}
        data "aws_partition" "here" {}
        resource "aws_s3_bucket" "bucket" {
          bucket = "files-\${terraform.workspace}-\${data.aws_caller_identity.me.account_id}-\${data.aws_region.here.region}"
          tags   = { Partition = data.aws_partition.here.partition }
        }`,
    },
    resources: 1,
  },
];

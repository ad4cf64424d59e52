import type { Program } from "./program";

/** Folders that say how resources live, and what depends on what. */
export const lifecycles: readonly Program[] = [
  {
    name: "resources that are replaced with others, kept as they are, guarded, and given time",
    files: {
      "main.tf": `
        resource "terraform_data" "release" {
          input            = { version = 7, parts = ["web", "jobs"] }
          triggers_replace = ["blue", 7]
        }
        resource "aws_launch_template" "host" {
          name_prefix   = "host-"
          image_id      = "ami-0123456789abcdef0"
          instance_type = "t3.micro"
          lifecycle {
            create_before_destroy = true
            replace_triggered_by  = [terraform_data.release.output.version, terraform_data.release]
          }
        }
        resource "aws_dynamodb_table" "kept" {
          name         = "kept"
          billing_mode = "PAY_PER_REQUEST"
          hash_key     = "id"
          attribute {
            name = "id"
            type = "S"
          }
          replica {
            region_name = "eu-central-1"
          }
          stream_enabled   = true
          stream_view_type = "NEW_AND_OLD_IMAGES"
          timeouts {
            create = "20m"
            delete = "40m"
          }
          lifecycle {
            prevent_destroy = true
            ignore_changes  = [replica, read_capacity, tags["Touched"]]
          }
        }
        resource "aws_sqs_queue" "untouched" {
          name = "untouched-\${terraform_data.release.output.parts[0]}"
          lifecycle {
            ignore_changes = all
          }
        }
        resource "terraform_data" "after" {
          depends_on = [aws_dynamodb_table.kept, aws_sqs_queue.untouched]
        }
        data "aws_sqs_queue" "late" {
          name       = "untouched-web"
          depends_on = [terraform_data.after]
        }
        output "late" {
          value = data.aws_sqs_queue.late.url
        }`,
    },
    resources: 5,
  },
  {
    name: "what was moved, imported or removed, in modules and by each key, and checks of what is there",
    files: {
      "main.tf": `
        locals {
          buckets = { logs = "some-logs", files = "some-files" }
        }
        module "storage" {
          source   = "./storage"
          for_each = local.buckets
          name     = each.value
        }
        import {
          for_each = local.buckets
          to       = module.storage[each.key].aws_s3_bucket.this
          id       = each.value
        }
        moved {
          from = module.bucket
          to   = module.storage["logs"]
        }
        removed {
          from = module.gone
          lifecycle {
            destroy = false
          }
        }
        check "logs" {
          data "aws_s3_bucket" "logs" {
            bucket     = "some-logs"
            depends_on = [module.storage]
          }
          assert {
            condition     = data.aws_s3_bucket.logs.region != ""
            error_message = "The logs are nowhere."
          }
        }`,
      "storage/main.tf": `
        variable "name" {
          type = string
          validation {
            condition     = startswith(var.name, "some-")
            error_message = "A bucket is one of ours."
          }
        }
        resource "aws_s3_bucket" "this" {
          bucket = var.name
        }
        moved {
          from = aws_s3_bucket_ownership_controls.old
          to   = aws_s3_bucket_ownership_controls.this
        }
        resource "aws_s3_bucket_ownership_controls" "this" {
          bucket = aws_s3_bucket.this.id
          rule {
            object_ownership = "BucketOwnerEnforced"
          }
        }
        resource "aws_s3_bucket_public_access_block" "this" {
          bucket              = aws_s3_bucket.this.id
          block_public_acls   = true
          block_public_policy = true
        }
        output "arn" {
          value      = aws_s3_bucket.this.arn
          depends_on = [aws_s3_bucket_public_access_block.this]
          precondition {
            condition     = can(regex("^arn:", aws_s3_bucket.this.arn))
            error_message = "A bucket has an ARN."
          }
        }`,
    },
    imported: 2,
    resources: 4,
  },
  {
    name: "modules three deep, each for a map of objects, with what they are given passed down",
    files: {
      "main.tf": `
        variable "regions" {
          default = {
            west    = { cidr = "10.1.0.0/16", tiers = { web = { zones = 2 }, data = { zones = 1 } } }
            central = { cidr = "10.2.0.0/16", tiers = { web = { zones = 1 } } }
          }
        }
        provider "aws" {
          region = "eu-west-1"
          default_tags {
            tags = { Team = "network", Managed = "terraform" }
          }
        }
        module "region" {
          source   = "./region"
          for_each = var.regions
          name     = each.key
          settings = each.value
        }
        output "subnets" {
          value = { for name, region in module.region : name => flatten(values(region.subnets)) }
        }`,
      "region/main.tf": `
        variable "name" {}
        variable "settings" {
          type = object({ cidr = string, tiers = map(object({ zones = number, public = optional(bool) })) })
        }
        resource "aws_vpc" "this" {
          cidr_block           = var.settings.cidr
          enable_dns_hostnames = true
          tags                 = { Name = var.name, Team = "own" }
        }
        module "tier" {
          source   = "../tier"
          for_each = var.settings.tiers
          vpc      = aws_vpc.this
          tier     = merge(each.value, { name = each.key, offset = index(keys(var.settings.tiers), each.key) })
        }
        output "subnets" {
          value = { for name, tier in module.tier : name => tier.subnets }
        }`,
      "tier/main.tf": `
        variable "vpc" {
          type = object({ id = string, cidr_block = string })
        }
        variable "tier" {}
        module "zone" {
          source = "./zone"
          count  = var.tier.zones
          vpc    = var.vpc.id
          cidr   = cidrsubnet(var.vpc.cidr_block, 8, 16 * var.tier.offset + count.index)
          zone   = data.aws_availability_zones.all.names[count.index]
        }
        data "aws_availability_zones" "all" {}
        output "subnets" {
          value = module.zone[*].subnet
        }`,
      "tier/zone/main.tf": `
        variable "vpc" {}
        variable "cidr" {}
        variable "zone" {}
        resource "aws_subnet" "this" {
          vpc_id            = var.vpc
          cidr_block        = var.cidr
          availability_zone = var.zone
        }
        output "subnet" {
          value = aws_subnet.this.id
        }`,
    },
    resources: 6,
  },
];

import type { Program } from "./program";

/** Folders of `.tf` files that call modules. */
export const modules: readonly Program[] = [
  {
    name: "a network module with a subnet for each zone, counted and indexed",
    files: {
      "main.tf": `
        data "aws_availability_zones" "available" {
          state = "available"
        }
        module "network" {
          source = "./network"
          cidr   = "10.0.0.0/16"
          zones  = slice(data.aws_availability_zones.available.names, 0, 3)
        }
        output "subnets" {
          value = module.network.subnets
        }`,
      "network/main.tf": `
        variable "cidr" {}
        variable "zones" {
          type = list(string)
        }
        variable "create_gateway" {
          default = true
        }
        resource "aws_vpc" "this" {
          cidr_block = var.cidr
        }
        resource "aws_subnet" "private" {
          count             = length(var.zones)
          vpc_id            = aws_vpc.this.id
          availability_zone = element(var.zones, count.index)
          cidr_block        = cidrsubnet(var.cidr, 8, count.index)
        }
        resource "aws_internet_gateway" "this" {
          count  = var.create_gateway ? 1 : 0
          vpc_id = aws_vpc.this.id
        }
        resource "aws_route_table" "private" {
          vpc_id = try(aws_vpc.this.id, "")
          dynamic "route" {
            for_each = aws_internet_gateway.this[*].id
            content {
              cidr_block = "0.0.0.0/0"
              gateway_id = route.value
            }
          }
        }
        resource "aws_route_table_association" "private" {
          count          = length(var.zones)
          route_table_id = aws_route_table.private.id
          subnet_id      = element(aws_subnet.private[*].id, count.index)
        }
        output "subnets" {
          value = aws_subnet.private[*].id
        }`,
    },
    resources: 9,
  },
  {
    name: "a module that is turned off, and outputs that fall back to null",
    files: {
      "main.tf": `
        module "off" {
          source = "./queue"
          create = false
        }
        module "on" {
          source = "./queue"
          create = true
        }
        output "urls" {
          value = [module.off.url, module.on.url]
        }`,
      "queue/main.tf": `
        variable "create" {}
        resource "aws_sqs_queue" "this" {
          count       = var.create ? 1 : 0
          name_prefix = "orders-"
        }
        output "url" {
          value = try(aws_sqs_queue.this[0].url, null)
        }`,
    },
    resources: 1,
  },
  {
    name: "modules three deep, with the provider of another region handed down",
    files: {
      "main.tf": `
        provider "aws" {
          region = "eu-west-1"
        }
        provider "aws" {
          alias  = "global"
          region = "us-east-1"
          default_tags {
            tags = { Owner = "platform" }
          }
        }
        module "site" {
          source    = "./site"
          providers = { aws = aws, aws.certificates = aws.global }
        }`,
      "site/main.tf": `
        terraform {
          required_providers {
            aws = {
              source                = "hashicorp/aws"
              configuration_aliases = [aws.certificates]
            }
          }
        }
        resource "aws_s3_bucket" "site" {
          bucket = "some-site"
        }
        module "certificate" {
          source    = "../certificate"
          providers = { aws = aws.certificates }
          domain    = "example.com"
        }`,
      "certificate/main.tf": `
        variable "domain" {}
        module "topic" {
          source = "./topic"
          name   = replace(var.domain, ".", "-")
        }
        resource "aws_acm_certificate" "this" {
          domain_name               = var.domain
          subject_alternative_names = ["*.\${var.domain}"]
          validation_method         = "DNS"
        }
        resource "aws_route53_record" "validation" {
          for_each = {
            for option in aws_acm_certificate.this.domain_validation_options : option.domain_name => option
          }
          zone_id = "Z0123456789ABCDEFGHIJ"
          name    = each.value.resource_record_name
          type    = each.value.resource_record_type
          records = [each.value.resource_record_value]
          ttl     = 60
        }`,
      "certificate/topic/main.tf": `
        variable "name" {}
        resource "aws_sns_topic" "expiry" {
          name = var.name
        }`,
    },
    resources: 5,
  },
  {
    name: "a module of labels, which has no resource",
    files: {
      "main.tf": `
        module "label" {
          source    = "./label"
          context   = { namespace = "shop", attributes = ["blue"] }
        }
        resource "aws_dynamodb_table" "table" {
          name         = module.label.id
          hash_key     = "id"
          billing_mode = "PAY_PER_REQUEST"
          attribute {
            name = "id"
            type = "S"
          }
          tags = module.label.tags
        }`,
      "label/main.tf": `
        variable "context" {
          type = object({
            namespace  = string
            stage      = optional(string, "test")
            attributes = optional(list(string), [])
          })
        }
        locals {
          id = join("-", compact(concat([var.context.namespace, var.context.stage], var.context.attributes)))
        }
        output "id" {
          value = local.id
        }
        output "tags" {
          value = merge({ Name = local.id }, { for name, value in var.context : title(name) => value if can(tostring(value)) })
        }`,
    },
    resources: 1,
  },
  {
    name: "a root below the modules that it calls, with a file of another folder",
    files: {
      "live/production/main.tf": `
        module "handlers" {
          source   = "../../modules/handler"
          for_each = { orders = 128, invoices = 256 }
          name     = each.key
          memory   = each.value
        }`,
      "modules/handler/main.tf": `
        variable "name" {}
        variable "memory" {
          type = number
        }
        resource "aws_iam_role" "role" {
          name               = var.name
          assume_role_policy = file("\${path.module}/../../policies/assume.json")
        }
        resource "aws_lambda_function" "handler" {
          function_name    = var.name
          role             = aws_iam_role.role.arn
          memory_size      = var.memory
          filename         = "\${path.module}/handler.zip"
          source_code_hash = filebase64sha256("\${path.module}/handler.zip")
          handler          = "index.handler"
          runtime          = "nodejs22.x"
        }`,
      "modules/handler/handler.zip": "the code",
      "policies/assume.json": JSON.stringify({
        Statement: { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
      }),
    },
    root: "live/production",
    resources: 4,
  },
];

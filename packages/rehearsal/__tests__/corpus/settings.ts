import { expression, type Program } from "./program";

/** Folders whose values come from elsewhere: files of variables, a workspace, states in a chain. */
export const settings: readonly Program[] = [
  {
    name: "variables of every form, from files that Terraform reads by itself and from the environment",
    files: {
      "main.tf": `
        variable "services" {
          type = map(object({
            port    = number
            public  = optional(bool, false)
            subnets = optional(list(object({ zone = string, bits = optional(number, 4) })), [])
          }))
          nullable = false
        }
        variable "token" {
          type      = string
          sensitive = true
        }
        variable "owner" {
          type    = string
          default = null
          validation {
            condition     = var.owner == null || length(coalesce(var.owner, "-")) > 1
            error_message = "An owner has a name."
          }
        }
        variable "limits" {
          type    = tuple([number, number])
          default = [1, 5]
        }
        variable "anything" {
          type    = any
          default = { nested = [{ deep = true }, { deep = false }] }
        }
        locals {
          subnets = merge([
            for name, service in var.services : {
              for index, subnet in service.subnets : "\${name}-\${subnet.zone}" => merge(subnet, { index = index })
            }
          ]...)
          open = sort([for name, service in var.services : name if service.public])
        }
        resource "aws_vpc" "vpc" {
          cidr_block = "10.0.0.0/16"
          tags       = var.owner == null ? {} : { Owner = var.owner }
        }
        resource "aws_subnet" "subnet" {
          for_each          = local.subnets
          vpc_id            = aws_vpc.vpc.id
          availability_zone = each.value.zone
          cidr_block        = cidrsubnet(aws_vpc.vpc.cidr_block, each.value.bits, each.value.index)
        }
        resource "aws_security_group" "service" {
          for_each = var.services
          vpc_id   = aws_vpc.vpc.id
          ingress = [{
            description      = each.key
            from_port        = each.value.port
            to_port          = each.value.port
            protocol         = "tcp"
            cidr_blocks      = each.value.public ? ["0.0.0.0/0"] : []
            ipv6_cidr_blocks = []
            prefix_list_ids  = []
            security_groups  = []
            self             = !each.value.public
          }]
        }
        resource "aws_ssm_parameter" "token" {
          count = length(local.open)
          name  = "/\${local.open[count.index]}/token"
          type  = "SecureString"
          value = var.token
        }
        output "token" {
          value     = aws_ssm_parameter.token[*].value
          sensitive = true
        }
        output "told" {
          value = nonsensitive(sha256(var.token))
        }
        output "depth" {
          value = [for each in var.anything.nested : each.deep]
        }`,
      "terraform.tfvars": `
        services = {
          web  = { port = 443, public = true, subnets = [{ zone = "eu-west-1a" }, { zone = "eu-west-1b", bits = 8 }] }
          jobs = { port = 8080 }
        }`,
      "people.auto.tfvars.json": JSON.stringify({ owner: "someone" }),
    },
    variables: { token: "never told" },
    resources: 6,
  },
  {
    name: "states in a chain: each reads the one before it, and the last reads all",
    stacks: Object.fromEntries(
      ["first", "second", "third"].map((stack, index, all) => {
        const before = all.slice(0, index);
        const read = (other: string) => expression(`data.terraform_remote_state.${other}.outputs.arn`);
        return [
          stack,
          {
            terraform: {
              backend: { s3: { bucket: "some-state", key: `${stack}.tfstate`, region: "eu-west-1", encrypt: true } },
              required_providers: { aws: { source: "hashicorp/aws", version: "~> 6.0" } },
            },
            provider: { aws: [{ region: "eu-west-1" }] },
            ...(index > 0 && {
              data: {
                terraform_remote_state: Object.fromEntries(
                  before.map((other) => [
                    other,
                    { backend: "s3", config: { bucket: "some-state", key: `${other}.tfstate`, region: "eu-west-1" } },
                  ]),
                ),
              },
            }),
            resource: {
              aws_sqs_queue: {
                queue: {
                  name: stack,
                  ...(index > 0 && {
                    redrive_policy: expression(
                      `jsonencode({ deadLetterTargetArn = "${read(before.at(-1) ?? "")}", maxReceiveCount = 3 })`,
                    ),
                    tags: Object.fromEntries(before.map((other) => [other, read(other)])),
                  }),
                },
              },
            },
            output: { arn: { value: expression("aws_sqs_queue.queue.arn") } },
          },
        ];
      }),
    ),
    resources: 3,
  },
  {
    name: "a stack that cdktf wrote as HCL on Windows, and one that reads its output",
    files: {
      "manifest.json": JSON.stringify({
        version: "0.21.0",
        stacks: Object.fromEntries(
          ["base", "top"].map((name) => [
            name,
            {
              name,
              constructPath: name,
              annotations: [],
              workingDirectory: `stacks\\${name}`,
              synthesizedStackPath: `stacks\\${name}\\cdk.tf`,
              stackMetadataPath: `stacks/${name}/metadata.json`,
              dependencies: name === "top" ? ["base"] : [],
            },
          ]),
        ),
      }),
      "stacks/base/cdk.tf": `
terraform {
required_providers {
  aws = {
version = "6.25.0"
source = "aws"
}
}
backend "local" {
path = "/nowhere/terraform.base.tfstate"
}


}

provider "aws" {
region = "eu-west-1"
}
resource "aws_sns_topic" "topic" {
name = "told"
}

output "cross-stack-output-aws_sns_topictopicarn" {
value = "${expression("aws_sns_topic.topic.arn")}"
sensitive = true
}`,
      "stacks/top/cdk.tf": `
terraform {
required_providers {
  aws = {
version = "6.25.0"
source = "aws"
}
}
backend "local" {
path = "/nowhere/terraform.top.tfstate"
}


}

provider "aws" {
region = "eu-west-1"
}
resource "aws_sns_topic_subscription" "mail" {
topic_arn = "${expression("data.terraform_remote_state.cross-stack-reference-input-base.outputs.cross-stack-output-aws_sns_topictopicarn")}"
protocol = "email"
endpoint = "someone@example.com"
}
data "terraform_remote_state" "cross-stack-reference-input-base" {
backend = "local"
workspace = "${expression("terraform.workspace")}"
config = {
path = "/nowhere/terraform.base.tfstate"
}
}`,
      "stacks/base/metadata.json": "{}",
      "stacks/top/metadata.json": "{}",
    },
    resources: 2,
  },
];

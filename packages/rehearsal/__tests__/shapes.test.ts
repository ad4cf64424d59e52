import { existsSync } from "node:fs";
import { join } from "node:path";
import { planStacks, rehearse } from "../src";
import { programFolder } from "./program-folder";
import { generatedBindings } from "./programs/generated-bindings";
import { synthesized, written } from "./programs/written";

jest.setTimeout(300_000);

const folder = programFolder("shapes");

const whole = (stack: string, resources: number) => ({
  stacks: [{ stack, added: resources, destroyed: resources }],
  problems: [],
});

test("actions, which Terraform knows since 1.14, are taken out and named, and the rest is planned by any Terraform", async () => {
  const program = written(join(folder, "actions"), {
    "main.tf": `
      action "aws_lambda_invoke" "told" {
        config {
          function_name = "f"
          payload       = "{}"
        }
      }
      action aws_lambda_invoke unquoted {
      }
      resource "aws_sqs_queue" "queue" {
        name = "action"
        lifecycle {
          create_before_destroy = true
          action_trigger {
            events  = [after_create]
            actions = [action.aws_lambda_invoke.told]
          }
        }
      }`,
    "more.tf.json": JSON.stringify({
      action: { aws_sns_publish: { told: { config: { topic_arn: "a" } } } },
      resource: [
        {
          aws_sqs_queue: {
            other: {
              lifecycle: { action_trigger: [{ events: ["after_update"], actions: ["action.aws_sns_publish.told"] }] },
            },
          },
        },
      ],
    }),
  });
  const told: string[] = [];
  expect(await rehearse({ folder: program }, (line) => told.push(line))).toEqual(whole("actions", 2));
  expect(told[0]).toBe("kept from running or from use here: 2 x action aws_lambda_invoke, action aws_sns_publish");
});

describe("what one release of a provider has as an attribute and another as a block", () => {
  const bindings = generatedBindings("hashicorp/helm", "3.1.1", {
    provider: ["kubernetes{host,token}"],
    release: ["name", "set[name,value,type]"],
  });

  test.each([
    ["attributes", 'kubernetes = {\n host = "h"\n}', 'set = [{ name = "a", value = "b" }]'],
    [
      "attributes of expressions",
      "kubernetes = local.cluster",
      "set = [for name in local.names : { name = name, value = 1 }]",
    ],
    ["blocks", 'kubernetes {\n host = "h"\n}', 'set {\n name = "a"\n}\nset {\n name = "b"\n}'],
    ["generated blocks", "", 'dynamic "set" {\n for_each = local.names\n content {\n name = set.value\n }\n}'],
  ])("is taken as the program writes it: %s", async (name, provider, release) => {
    const program = written(join(folder, name.replaceAll(" ", "-")), {
      ...bindings,
      "main.tf": `
        locals {
          cluster = { host = "h" }
          names   = ["a", "b"]
        }
        provider "helm" {
          ${provider}
        }
        resource "helm_release" "release" {
          name = "r"
          ${release}
        }`,
    });
    expect(await rehearse({ folder: program })).toMatchObject({ stacks: [{ added: 1, destroyed: 1 }], problems: [] });
  });

  test("is taken as cdktf synthesizes it", async () => {
    const program = written(
      synthesized(join(folder, "synthesized"), {
        helm: {
          provider: { helm: [{ kubernetes: { host: "h" } }] },
          resource: { helm_release: { release: { name: "r", set: [{ name: "a", value: "b" }] } } },
        },
      }),
      bindings,
    );
    expect(await rehearse({ folder: program })).toEqual(whole("helm", 1));
  });
});

test("lists of objects that AWS has as attributes are written as attributes, blocks, generated blocks or not at all", async () => {
  const members =
    "carrier_gateway_id core_network_arn destination_prefix_list_id egress_only_gateway_id ipv6_cidr_block local_gateway_id nat_gateway_id network_interface_id transit_gateway_id vpc_endpoint_id vpc_peering_connection_id";
  const program = written(join(folder, "routes"), {
    "main.tf": `
      resource "aws_vpc" "vpc" {
        cidr_block = "10.0.0.0/16"
      }
      resource "aws_internet_gateway" "gateway" {
        vpc_id = aws_vpc.vpc.id
      }
      resource "aws_default_route_table" "default" {
        default_route_table_id = aws_vpc.vpc.default_route_table_id
        route {
          cidr_block = "0.0.0.0/0"
          gateway_id = aws_internet_gateway.gateway.id
        }
      }
      resource "aws_route_table" "public" {
        vpc_id = aws_vpc.vpc.id
        route = [{
          cidr_block = "0.0.0.0/0"
          gateway_id = aws_internet_gateway.gateway.id
          ${members
            .split(" ")
            .map((name) => `${name} = null`)
            .join("\n")}
        }]
      }
      resource "aws_route_table" "private" {
        vpc_id = aws_vpc.vpc.id
        route  = []
      }
      resource "aws_default_security_group" "closed" {
        vpc_id  = aws_vpc.vpc.id
        ingress = []
        egress  = []
      }
      resource "aws_security_group" "open" {
        vpc_id = aws_vpc.vpc.id
        dynamic "ingress" {
          for_each = toset([80, 443])
          content {
            from_port   = ingress.value
            to_port     = ingress.value
            protocol    = "tcp"
            cidr_blocks = ["0.0.0.0/0"]
          }
        }
        egress {
          from_port   = 0
          to_port     = 0
          protocol    = "-1"
          cidr_blocks = ["0.0.0.0/0"]
        }
      }
      output "gateways" {
        value = [for route in aws_route_table.public.route : route.gateway_id]
      }`,
  });
  expect(await rehearse({ folder: program })).toEqual(whole("routes", 7));
});

describe("functions of providers that nothing here serves", () => {
  const main = `
    terraform {
      required_providers {
        clock = {
          source = "hashicorp/time"
        }
        aws = {
          source = "hashicorp/aws"
        }
      }
    }
    output "year" {
      value = provider::clock::rfc3339_parse("2026-11-29T00:00:00Z").year + length(provider::aws::constructor())
    }
    data "terraform_remote_state" "network" {
      backend = "http"
      config = {}
    }
    output "network" {
      value = data.terraform_remote_state.network.outputs.id
    }`;
  const files = { ...generatedBindings("hashicorp/time", "0.13.1", {}), "main.tf": main };

  test("are asked for, with the lines to add, together with states", async () => {
    const program = written(join(folder, "functions"), files);
    await expect(planStacks({ folder: program })).rejects.toThrow(
      'rehearsal.answers.yaml:\nstates:\n  network:\n    id: "a value"\nfunctions:\n  provider::time::rfc3339_parse: "a value"\n  provider::aws::constructor: "a value"',
    );
  });

  test("return what the answers say", async () => {
    const program = written(join(folder, "answered"), {
      ...files,
      "rehearsal.answers.yaml":
        "states: { network: { id: n-1 } }\nfunctions: { provider::time::rfc3339_parse: { year: 2026 }, provider::aws::constructor: [1] }\n",
    });
    const { stacks } = await planStacks({ folder: program });
    expect(stacks[0]?.text).toMatch(/network += "n-1"[\s\S]*year += 2027/);
  });
});

test("ephemeral values go through variables, locals, modules and outputs, and a secret's JSON has the keys that are taken", async () => {
  const program = written(join(folder, "ephemeral"), {
    "main.tf": `
      variable "token" {
        type      = string
        ephemeral = true
      }
      provider "aws" {
        region = "eu-west-1"
        token  = var.token
      }
      ephemeral "aws_secretsmanager_secret_version" "login" {
        secret_id = "login"
      }
      ephemeral "random_password" "password" {
        length = 16
      }
      locals {
        login = jsondecode(ephemeral.aws_secretsmanager_secret_version.login.secret_string)
      }
      data "aws_secretsmanager_secret_version" "other" {
        secret_id = "other"
      }
      locals {
        other = jsondecode(data.aws_secretsmanager_secret_version.other.secret_string)
      }
      resource "aws_ssm_parameter" "parameter" {
        name             = nonsensitive(local.other["some-name"])
        type             = "SecureString"
        value_wo         = local.login.password
        value_wo_version = 1
      }
      module "database" {
        source   = "./database"
        password = ephemeral.random_password.password.result
      }`,
    "database/main.tf": `
      variable "password" {
        type      = string
        ephemeral = true
      }
      resource "aws_db_instance" "database" {
        instance_class      = "db.t4g.micro"
        engine              = "postgres"
        allocated_storage   = 20
        username            = "app"
        skip_final_snapshot = true
        password_wo         = var.password
        password_wo_version = 1
      }
      output "password" {
        value     = var.password
        ephemeral = true
      }`,
  });
  const outcome = await rehearse({ folder: program, variables: { token: "t" } });
  expect(outcome).toEqual(whole("ephemeral", 2));
});

test("an archive that is a resource is made in the copy when it is applied", async () => {
  const attributes = ["type", "source_file?", "output_path", "output_base64sha256!"];
  const program = written(join(folder, "archive"), {
    ...generatedBindings("hashicorp/archive", "2.7.1", { file: attributes, "data-archive-file": attributes }),
    "handler.js": "exports.handler = () => {};",
    "main.tf": `
      resource "archive_file" "code" {
        type        = "zip"
        source_file = "handler.js"
        output_path = "build/code.zip"
      }
      # Read after the first: without its file it would be refused.
      data "archive_file" "nested" {
        type        = "zip"
        source_file = "build/code.zip"
        output_path = "build/nested.zip"
        depends_on  = [archive_file.code]
      }
      resource "terraform_data" "hash" {
        input = "\${archive_file.code.output_base64sha256} \${data.archive_file.nested.output_base64sha256}"
      }`,
  });
  expect(await rehearse({ folder: program })).toEqual(whole("archive", 2));
  expect(existsSync(join(program, "build"))).toBe(false);
});

test("what is not in the state is imported, each of a list too", async () => {
  const program = written(join(folder, "imports"), {
    "main.tf": `
      locals {
        hosts = { a = "i-0123456789abcdef0", b = "i-0123456789abcdef1" }
      }
      import {
        for_each = local.hosts
        to       = aws_instance.host[each.key]
        id       = each.value
      }
      resource "aws_instance" "host" {
        for_each      = local.hosts
        ami           = "ami-0123456789abcdef0"
        instance_type = "t3.micro"
      }`,
  });
  const { stacks } = await planStacks({ folder: program });
  expect(stacks).toMatchObject([{ add: 0, replace: 0, destroy: 0 }]);
  expect(stacks[0]?.text).toMatch(/Plan: 2 to import, 0 to add/);
});

test("a count of what only an apply makes known is refused in Terraform's words, as with the real provider", async () => {
  const program = written(join(folder, "count"), {
    "main.tf": `
      resource "aws_vpc" "vpc" {
        cidr_block = "10.0.0.0/16"
      }
      resource "aws_subnet" "subnet" {
        count      = aws_vpc.vpc.id == null ? 0 : 1
        vpc_id     = aws_vpc.vpc.id
        cidr_block = "10.0.0.0/24"
      }`,
  });
  // helper/schema/grpc_provider.go of terraform-plugin-sdk v2 plans an unknown id without saying that it is not null.
  await expect(planStacks({ folder: program })).rejects.toThrow(/Invalid count argument/);
});

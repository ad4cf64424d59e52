import { join } from "node:path";
import { planStacks, rehearse, validate } from "../src";
import { programFolder } from "./program-folder";
import { synthesized, written } from "./programs/written";

jest.setTimeout(300_000);

const folder = programFolder("hcl");

const whole = (stack: string, resources: number) => ({
  stacks: [{ stack, added: resources, destroyed: resources }],
  problems: [],
});

test("a folder of .tf files with modules, implied providers, pinned versions and variables goes all the way", async () => {
  const infra = written(join(folder, "repository"), {
    "infra/main.tf": `
      terraform {
        required_version = "~> 0.14"
        required_providers {
          aws = {
            source  = "HashiCorp/aws"
            version = "~> 6.0"
          }
        }
        provider_meta "aws" {
          user_agent = ["some/1.0"]
        }
      }
      variable "region" {}
      variable "names" {
        type = list(string)
      }
      provider "aws" {
        region = var.region
        assume_role {
          role_arn = "arn:aws:iam::123456789012:role/deployer"
        }
      }
      data "aws_subnets" "all" {}
      data "aws_secretsmanager_secret_version" "login" {
        secret_id = "login"
      }
      resource "random_string" "suffix" {
        length = 4
      }
      module "queues" {
        source   = "../modules/queue/"
        for_each = toset(var.names)
        name     = "\${each.value}-\${random_string.suffix.result}"
        policy   = "\${path.module}/../policies/queue.json"
      }
      resource "aws_security_group_rule" "self" {
        type              = "ingress"
        security_group_id = "sg-1"
        from_port         = 0
        to_port           = 0
        protocol          = "-1"
        self              = true
      }
      output "told" {
        value = {
          subnets = slice(data.aws_subnets.all.ids, 0, 3)
          service = provider::aws::arn_parse("arn:aws:s3:::some").service
          login   = nonsensitive(jsondecode(data.aws_secretsmanager_secret_version.login.secret_string)["user"])
        }
      }`,
    "infra/terraform.tfvars": `region = "eu-west-1"`,
    "infra/names.tfvars": `names = ["orders", "invoices"]`,
    "modules/queue/main.tf": `
      variable "name" {}
      variable "policy" {}
      resource "aws_sqs_queue" "queue" {
        name = var.name
        lifecycle {
          prevent_destroy = true
        }
      }
      resource "aws_sqs_queue_policy" "policy" {
        queue_url = aws_sqs_queue.queue.url
        policy    = file(var.policy)
      }`,
    "policies/queue.json": "{}",
  });
  const options = {
    folder: join(infra, "infra"),
    variableFiles: [join(infra, "infra/names.tfvars")],
    workspace: "blue",
  };
  expect(await rehearse(options)).toEqual(whole("infra", 6));
});

describe("a state that is not of the program", () => {
  const program = written(join(folder, "foreign"), {
    "main.tf": `
      data "terraform_remote_state" "network" {
        backend = "gcs"
        config = {
          bucket = "others"
        }
      }
      resource "aws_subnet" "subnet" {
        vpc_id     = data.terraform_remote_state.network.outputs.vpc["id"]
        cidr_block = data.terraform_remote_state.network.outputs["cidr"]
      }`,
  });

  test("is asked for, with the lines to add", async () => {
    await expect(planStacks({ folder: program })).rejects.toThrow(
      'rehearsal.answers.yaml:\nstates:\n  network:\n    cidr: "a value"\n    vpc: "a value"',
    );
  });

  test("is what the answers say", async () => {
    written(program, {
      "rehearsal.answers.yaml": "states:\n  network:\n    vpc: { id: vpc-1 }\n    cidr: 10.0.0.0/24\n",
    });
    const { stacks } = await planStacks({ folder: program });
    expect(stacks[0]?.text).toMatch(/cidr_block .*"10.0.0.0\/24"[\s\S]*vpc_id .*"vpc-1"/);
  });
});

test("data sources and ephemeral resources answer what the answers say", async () => {
  const program = written(join(folder, "answered"), {
    "rehearsal.answers.yaml": `
      data:
        - { type: aws_ssm_parameter, match: { name: /size }, set: { value: "7" } }
      functions:
        provider::aws::user_agent: some/1.0
      `,
    "main.tf": `
      terraform {
        required_providers {
          aws = {
            source = "hashicorp/aws"
          }
        }
      }
      data "aws_ssm_parameter" "size" {
        name = "/size"
      }
      ephemeral "random_password" "password" {
        length = 16
      }
      resource "aws_sqs_queue" "queue" {
        name          = replace(provider::aws::user_agent("a", "b"), "/[^a-z]/", "")
        delay_seconds = nonsensitive(data.aws_ssm_parameter.size.value)
      }
      resource "aws_db_instance" "database" {
        instance_class      = "db.t4g.micro"
        password_wo         = ephemeral.random_password.password.result
        password_wo_version = 1
      }`,
  });
  const { stacks } = await planStacks({ folder: program });
  expect(stacks[0]?.text).toMatch(/delay_seconds .*= 7\n/);
  expect(stacks[0]?.text).toMatch(/ name .*= "some"\n/);
});

test("a provider that a program asks for in another version than the bindings' is named", async () => {
  const program = written(join(folder, "versions"), {
    "main.tf": `
      terraform {
        required_providers {
          aws = {
            source  = "hashicorp/aws"
            version = ">= 3.0, < 5.0"
          }
          random = {
            source  = "hashicorp/random"
            version = ">= 3.0"
          }
        }
      }
      resource "aws_sqs_queue" "queue" {}
      resource "random_pet" "name" {}`,
  });
  const told: string[] = [];
  await planStacks({ folder: program }, (line) => told.push(line));
  const [words = ""] = told.filter((line) => line.includes("version"));
  expect(words).toMatch(/version ">= 3\.0, < 5\.0" of provider aws \(the bindings are of \d+\.\d+\.\d+\)$/);
});

test("deprecated arguments are warned of in the provider's words, in blocks too", async () => {
  const program = written(join(folder, "deprecated"), {
    "main.tf": `
      resource "aws_s3_bucket" "bucket" {
        acl = "private"
        cors_rule {
          allowed_methods = ["GET"]
          allowed_origins = ["*"]
        }
      }
      resource "aws_s3_bucket_lifecycle_configuration" "rules" {
        bucket = aws_s3_bucket.bucket.id
        rule {
          id     = "old"
          prefix = "old/"
          status = "Enabled"
          expiration {
            days = 1
          }
        }
      }`,
  });
  const { stacks } = await validate({ folder: program });
  // internal/service/s3/bucket.go and bucket_lifecycle_configuration.go of hashicorp/aws 6.25.0
  expect(stacks[0]?.warnings.toSorted()).toEqual([
    "warning: aws_s3_bucket.bucket: Argument is deprecated (acl is deprecated. Use the aws_s3_bucket_acl resource instead.)",
    "warning: aws_s3_bucket.bucket: Argument is deprecated (cors_rule is deprecated. Use the aws_s3_bucket_cors_configuration resource instead.)",
    "warning: aws_s3_bucket_lifecycle_configuration.rules: Argument is deprecated (Specify a prefix using 'filter' instead)",
  ]);
});

test("a stack without bindings of its providers is left out, and the others go on", async () => {
  const program = synthesized(join(folder, "partial"), {
    known: { resource: { aws_sqs_queue: { queue: { name: "orders" } } } },
    unknown: { resource: { teapot_kettle: { kettle: {} } } },
  });
  const { stacks, problems } = await planStacks({ folder: program });
  expect(stacks).toMatchObject([{ stack: "known", add: 1 }]);
  expect(problems).toEqual([expect.stringMatching(/^stack unknown: no bindings of .*hashicorp\/teapot are installed/)]);
});

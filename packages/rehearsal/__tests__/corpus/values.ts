import type { Program } from "./program";

/** The form that cdktf get generates, of a data source whose type is one word. */
const generated = {
  ".gen/versions.json": '{"hashicorp/external":"2.3.5"}',
  ".gen/providers/external/provider/index.ts": `
export class ExternalProvider extends cdktf.TerraformProvider {
  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
    };
    return attrs;
  }
}
`,
  ".gen/providers/external/data-external/index.ts": `
export class DataExternal extends cdktf.TerraformDataSource {
  private _program?: string[];
  private _result = new cdktf.StringMap(this, "result");
  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      program: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._program),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
    };
    return attrs;
  }
}
`,
};

/** Folders of `.tf` files that take from the cloud what it makes or holds. */
export const values: readonly Program[] = [
  {
    name: "policies made of other policies, and one that the cloud holds",
    files: {
      "main.tf": `
        data "aws_iam_policy" "managed" {
          name = "SomeManagedPolicy"
        }
        data "aws_iam_policy_document" "base" {
          statement {
            sid       = "Base"
            actions   = ["s3:GetObject"]
            resources = ["*"]
          }
        }
        data "aws_iam_policy_document" "whole" {
          source_policy_documents = [data.aws_iam_policy_document.base.json]
          statement {
            actions   = ["s3:PutObject"]
            resources = ["*"]
          }
        }
        resource "aws_iam_policy" "whole" {
          name   = "whole"
          policy = data.aws_iam_policy_document.whole.json
        }
        resource "aws_iam_policy" "copy" {
          name   = "copy"
          policy = data.aws_iam_policy.managed.policy
        }
        output "actions" {
          value = [for statement in jsondecode(data.aws_iam_policy_document.whole.json).Statement : statement.Action]
        }`,
    },
    resources: 2,
  },
  {
    name: "an image whose id is in a parameter's JSON, and the only element of a list",
    files: {
      "main.tf": `
        data "aws_ssm_parameter" "image" {
          name = "/aws/service/ecs/optimized-ami/amazon-linux-2/recommended"
        }
        data "aws_ssoadmin_instances" "this" {}
        resource "aws_launch_template" "node" {
          name_prefix   = "node-"
          image_id      = jsondecode(data.aws_ssm_parameter.image.value)["image_id"]
          instance_type = "t3.small"
        }
        resource "aws_autoscaling_group" "nodes" {
          min_size           = 1
          max_size           = 2
          availability_zones = ["us-east-1a"]
          launch_template {
            id      = aws_launch_template.node.id
            version = aws_launch_template.node.latest_version
          }
        }
        output "directory" {
          value = one(data.aws_ssoadmin_instances.this.identity_store_ids)
        }`,
    },
    resources: 2,
  },
  {
    name: "ids that the cloud makes up where AWS has a form for them, and empty texts",
    files: {
      "main.tf": `
        resource "aws_cognito_user_pool" "pool" {
          name = "people"
        }
        resource "aws_cognito_user_pool_client" "client" {
          name         = "web"
          user_pool_id = aws_cognito_user_pool.pool.id
        }
        resource "aws_iam_role" "role" {
          name                 = "some"
          permissions_boundary = ""
          assume_role_policy   = jsonencode({ Statement = [] })
        }`,
    },
    resources: 3,
  },
  {
    name: "an external program that plans a file, in bindings of one's own",
    files: {
      ...generated,
      "main.tf": `
        data "external" "plan" {
          count   = 1
          program = ["python3", "plan.py"]
        }
        resource "terraform_data" "file" {
          input = "\${data.external.plan[0].result.build_plan}/\${data.external.plan[0].result["name"]}"
        }`,
    },
    resources: 1,
  },
  {
    name: "what the cloud fills into a block, and lists of maps",
    files: {
      "main.tf": `
        resource "aws_eks_cluster" "cluster" {
          name     = "some"
          role_arn = "arn:aws:iam::123456789012:role/cluster"
          vpc_config {
            subnet_ids = ["subnet-1", "subnet-2"]
          }
          kubernetes_network_config {
            ip_family = "ipv4"
          }
        }
        resource "terraform_data" "node" {
          lifecycle {
            precondition {
              condition     = length(aws_eks_cluster.cluster.kubernetes_network_config[0].service_ipv4_cidr) > 6
              error_message = "no addresses for services"
            }
            precondition {
              condition     = startswith(base64decode(aws_eks_cluster.cluster.certificate_authority[0].data), "-----")
              error_message = "no certificate"
            }
          }
        }`,
    },
    resources: 2,
  },
  {
    name: "secrets: generated, hidden, write-only and of one run alone",
    files: {
      "main.tf": `
        ephemeral "random_password" "once" {
          length = 24
        }
        resource "random_password" "stored" {
          length           = 24
          override_special = "!#"
          keepers          = { rotation = 1 }
        }
        resource "aws_secretsmanager_secret" "login" {
          name_prefix = "login-"
        }
        resource "aws_secretsmanager_secret_version" "login" {
          secret_id     = aws_secretsmanager_secret.login.id
          secret_string = jsonencode({ user = "app", password = random_password.stored.result })
        }
        resource "aws_db_instance" "database" {
          instance_class      = "db.t4g.micro"
          engine              = "postgres"
          allocated_storage   = 20
          username            = "app"
          password_wo         = ephemeral.random_password.once.result
          password_wo_version = 1
          skip_final_snapshot = true
        }
        output "password" {
          value     = random_password.stored.result
          sensitive = true
        }`,
    },
    resources: 4,
  },
  {
    name: "a key, a certificate signed by itself, and names drawn by lot",
    files: {
      "main.tf": `
        resource "tls_private_key" "key" {
          algorithm = "RSA"
        }
        resource "tls_self_signed_cert" "certificate" {
          private_key_pem       = tls_private_key.key.private_key_pem
          validity_period_hours = 12
          allowed_uses          = ["server_auth"]
          subject {
            common_name = "example.com"
          }
        }
        resource "random_pet" "name" {}
        resource "random_integer" "port" {
          min = 1024
          max = 2048
        }
        resource "null_resource" "told" {
          triggers = {
            port = random_integer.port.result
            name = random_pet.name.id
            time = tls_self_signed_cert.certificate.cert_pem
          }
          provisioner "local-exec" {
            command = "exit 1"
          }
        }
        resource "aws_security_group" "group" {
          name = random_pet.name.id
          ingress {
            from_port   = random_integer.port.result
            to_port     = random_integer.port.result
            protocol    = "tcp"
            cidr_blocks = ["10.0.0.0/8"]
          }
        }`,
    },
    resources: 6,
  },
];

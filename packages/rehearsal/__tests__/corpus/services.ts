import { expression, type Program } from "./program";

const provider = { aws: [{ region: "eu-west-1" }] };

/** Synthesized programs of whole services. */
export const services: readonly Program[] = [
  {
    name: "a container service behind a load balancer",
    stacks: {
      service: {
        provider,
        resource: {
          aws_lb: { balancer: { name: "web", load_balancer_type: "application", subnets: ["subnet-1", "subnet-2"] } },
          aws_lb_target_group: {
            web: {
              name: "web",
              port: 80,
              protocol: "HTTP",
              target_type: "ip",
              vpc_id: "vpc-1",
              health_check: { path: "/" },
            },
          },
          aws_lb_listener: {
            http: {
              load_balancer_arn: expression("aws_lb.balancer.arn"),
              port: 80,
              protocol: "HTTP",
              default_action: [{ type: "forward", target_group_arn: expression("aws_lb_target_group.web.arn") }],
            },
          },
          aws_ecs_cluster: { cluster: { name: "web", setting: [{ name: "containerInsights", value: "enabled" }] } },
          aws_ecs_task_definition: {
            web: {
              family: "web",
              cpu: "256",
              memory: "512",
              network_mode: "awsvpc",
              requires_compatibilities: ["FARGATE"],
              container_definitions: expression(
                'jsonencode([{"name" = "web", "image" = "web:1", "portMappings" = [{"containerPort" = 80}]}])',
              ),
              volume: [{ name: "tmp" }],
            },
          },
          aws_ecs_service: {
            web: {
              name: "web",
              cluster: expression("aws_ecs_cluster.cluster.id"),
              task_definition: expression("aws_ecs_task_definition.web.arn"),
              desired_count: 2,
              launch_type: "FARGATE",
              network_configuration: { subnets: ["subnet-1"], assign_public_ip: false },
              load_balancer: [
                {
                  target_group_arn: expression("aws_lb_target_group.web.arn"),
                  container_name: "web",
                  container_port: 80,
                },
              ],
              depends_on: ["aws_lb_listener.http"],
            },
          },
        },
      },
    },
    resources: 6,
  },
  {
    name: "an interface whose deployment is made anew when its description changes",
    stacks: {
      interface: {
        provider,
        resource: {
          aws_api_gateway_rest_api: { api: { name: "api", endpoint_configuration: { types: ["REGIONAL"] } } },
          aws_api_gateway_resource: {
            proxy: {
              rest_api_id: expression("aws_api_gateway_rest_api.api.id"),
              parent_id: expression("aws_api_gateway_rest_api.api.root_resource_id"),
              path_part: "{proxy+}",
            },
          },
          aws_api_gateway_method: {
            any: {
              rest_api_id: expression("aws_api_gateway_rest_api.api.id"),
              resource_id: expression("aws_api_gateway_resource.proxy.id"),
              http_method: "ANY",
              authorization: "NONE",
            },
          },
          aws_api_gateway_integration: {
            any: {
              rest_api_id: expression("aws_api_gateway_rest_api.api.id"),
              resource_id: expression("aws_api_gateway_resource.proxy.id"),
              http_method: expression("aws_api_gateway_method.any.http_method"),
              type: "MOCK",
            },
          },
          aws_api_gateway_deployment: {
            now: {
              rest_api_id: expression("aws_api_gateway_rest_api.api.id"),
              triggers: { redeployment: expression("sha1(jsonencode(aws_api_gateway_integration.any))") },
              lifecycle: { create_before_destroy: true },
            },
          },
        },
      },
    },
    resources: 5,
  },
  {
    name: "a database cluster whose password the cloud keeps, read by its secret",
    stacks: {
      database: {
        provider,
        resource: {
          aws_rds_cluster: {
            cluster: {
              engine: "aurora-postgresql",
              master_username: "app",
              manage_master_user_password: true,
              skip_final_snapshot: true,
              serverlessv2_scaling_configuration: { min_capacity: 0.5, max_capacity: 1 },
            },
          },
          aws_rds_cluster_instance: {
            writer: {
              cluster_identifier: expression("aws_rds_cluster.cluster.id"),
              instance_class: "db.serverless",
              engine: expression("aws_rds_cluster.cluster.engine"),
            },
          },
        },
        output: {
          secret: {
            value: expression("aws_rds_cluster.cluster.master_user_secret[0].secret_arn"),
          },
        },
      },
    },
    resources: 2,
  },
  {
    name: "a local module with an asset beside it",
    stacks: {
      moduled: {
        provider,
        module: { queue: { source: "./assets/module", name: "orders" } },
        output: { url: { value: expression("module.queue.url") } },
      },
    },
    files: {
      "stacks/moduled/assets/module/main.tf":
        'variable "name" {}\nresource "aws_sqs_queue" "this" {\n  name = var.name\n}\noutput "url" {\n  value = aws_sqs_queue.this.url\n}\n',
    },
    resources: 1,
  },
  {
    name: "a function's archive among the assets",
    stacks: {
      asset: {
        provider,
        resource: {
          aws_s3_object: {
            code: {
              bucket: "code",
              key: "code.zip",
              source: "assets/code/archive.zip",
              etag: expression('filemd5("assets/code/archive.zip")'),
            },
          },
        },
      },
    },
    files: { "stacks/asset/assets/code/archive.zip": "an archive" },
    resources: 1,
  },
  {
    name: "attributes that cdktf gives other names, and what the cloud fills in",
    stacks: {
      renamed: {
        provider,
        resource: {
          aws_security_group: { group: { name: "some" } },
          aws_codestarnotifications_notification_rule: {
            rule: {
              name: "some",
              detail_type: "BASIC",
              resource: "arn:aws:codedeploy:us-east-1:123456789012:application:some",
              event_type_ids: ["codedeploy-application-deployment-failed"],
              // A set: its `type` has a default, and its `status` is the cloud's.
              target: [{ address: "arn:aws:sns:us-east-1:123456789012:told" }],
            },
          },
          aws_cloudwatch_log_group: { logs: { name: "some", tags_all: { Owner: "us" } } },
          aws_finspace_kx_environment: {
            kx: { name: "some", kms_key_id: "arn:aws:kms:eu-west-1:123456789012:key/some", tags_all: { Owner: "us" } },
          },
          aws_security_group_rule: {
            self: {
              type: "ingress",
              security_group_id: expression("aws_security_group.group.id"),
              from_port: 0,
              to_port: 0,
              protocol: "-1",
              self: true,
            },
          },
          aws_instance: {
            host: {
              ami: "ami-0123456789abcdef0",
              instance_type: "t3.micro",
              get_password_data: false,
              connection: { host: "127.0.0.1" },
            },
          },
        },
      },
    },
    resources: 6,
  },
];

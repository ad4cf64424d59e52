import { expression, type Program } from "./program";

const required = { aws: { source: "aws", version: "6.25.0" } };
const terraform = (stack: string) => ({
  required_providers: required,
  backend: { local: { path: `/nowhere/terraform.${stack}.tfstate` } },
});
const provider = { aws: [{ region: "eu-west-1" }] };
const notes = (path: string) => ({ metadata: { path, uniqueId: path.replaceAll("/", "_") } });

/** Another stack's outputs, as cdktf reads them. */
const crossStack = (stack: string) => ({
  terraform_remote_state: {
    [`cross-stack-reference-input-${stack}`]: {
      backend: "local",
      config: { path: `/nowhere/terraform.${stack}.tfstate` },
      workspace: expression("terraform.workspace"),
    },
  },
});

/** Programs as cdktf synthesizes them. */
export const synthesizedPrograms: readonly Program[] = [
  {
    name: "one stack with one queue",
    stacks: {
      queue: {
        "//": { metadata: { stackName: "queue", version: "0.21.0", backend: "local" }, outputs: {} },
        provider,
        resource: {
          aws_sqs_queue: { queue: { "//": notes("queue/queue"), name: "orders", tags_all: { Owner: "us" } } },
        },
        terraform: terraform("queue"),
      },
    },
    resources: 1,
  },
  {
    name: "stacks that read each other's outputs",
    stacks: {
      network: {
        provider,
        resource: { aws_vpc: { vpc: { cidr_block: "10.0.0.0/16" } } },
        output: {
          "cross-stack-output-aws_vpcvpcid": { value: expression("aws_vpc.vpc.id"), sensitive: true },
        },
        terraform: terraform("network"),
      },
      application: {
        provider,
        data: crossStack("network"),
        resource: {
          aws_security_group: {
            group: {
              vpc_id: expression(
                "data.terraform_remote_state.cross-stack-reference-input-network.outputs.cross-stack-output-aws_vpcvpcid",
              ),
              ingress: [
                {
                  from_port: 443,
                  to_port: 443,
                  protocol: "tcp",
                  cidr_blocks: ["0.0.0.0/0"],
                  description: null,
                  ipv6_cidr_blocks: null,
                  prefix_list_ids: null,
                  security_groups: null,
                  self: null,
                },
              ],
            },
          },
        },
        terraform: terraform("application"),
      },
    },
    resources: 2,
  },
  {
    name: "iterators over a variable and over a resource with many instances",
    stacks: {
      iterated: {
        provider,
        variable: { names: { type: "list(string)", default: ["orders", "invoices"] } },
        resource: {
          aws_s3_bucket: {
            buckets: { for_each: expression("toset(var.names)"), bucket: expression("each.value") },
          },
          aws_s3_bucket_versioning: {
            versioning: {
              for_each: expression("aws_s3_bucket.buckets"),
              bucket: expression("each.value.id"),
              versioning_configuration: { status: "Enabled" },
            },
          },
          aws_security_group: {
            group: {
              name: "some",
              dynamic: {
                ingress: {
                  for_each: expression("toset([80, 443])"),
                  content: {
                    from_port: expression("ingress.value"),
                    to_port: expression("ingress.value"),
                    protocol: "tcp",
                  },
                },
              },
            },
          },
        },
        terraform: terraform("iterated"),
      },
    },
    // An attribute that holds blocks cannot be made by `dynamic` in every release: the group's rules are its own here.
    resources: 5,
  },
  {
    name: "counted resources, dependencies, conditions and moves",
    stacks: {
      counted: {
        provider: { aws: [{ region: "eu-west-1" }, { alias: "global", region: "us-east-1" }] },
        moved: [{ from: "aws_sns_topic.before", to: "aws_sns_topic.after" }],
        resource: {
          aws_sns_topic: {
            after: {
              count: 3,
              provider: "aws.global",
              name: `topic-${expression("count.index")}`,
              lifecycle: { create_before_destroy: true, ignore_changes: ["tags"], prevent_destroy: false },
            },
          },
          aws_sqs_queue: { queue: { name: "q", depends_on: ["aws_sns_topic.after"] } },
        },
        output: { arns: { value: expression("aws_sns_topic.after[*].arn") } },
        terraform: terraform("counted"),
      },
    },
    resources: 4,
  },
  {
    name: "a firewall whose statements have no shape in the bindings",
    stacks: {
      firewall: {
        provider,
        resource: {
          aws_wafv2_web_acl: {
            acl: {
              name: "acl",
              scope: "REGIONAL",
              default_action: { allow: {} },
              rule: [
                {
                  name: "rate",
                  priority: 1,
                  action: { block: {} },
                  statement: {
                    rate_based_statement: {
                      limit: 500,
                      aggregate_key_type: "IP",
                      scope_down_statement: {
                        byte_match_statement: {
                          search_string: "/login",
                          positional_constraint: "STARTS_WITH",
                          field_to_match: { uri_path: {} },
                          text_transformation: [{ priority: 0, type: "NONE" }],
                        },
                      },
                    },
                  },
                  visibility_config: {
                    cloudwatch_metrics_enabled: true,
                    metric_name: "rate",
                    sampled_requests_enabled: false,
                  },
                },
              ],
              visibility_config: {
                cloudwatch_metrics_enabled: true,
                metric_name: "acl",
                sampled_requests_enabled: true,
              },
            },
          },
        },
        terraform: terraform("firewall"),
      },
    },
    resources: 1,
  },
  {
    name: "a function with its role, log group, schedule and alarm",
    stacks: {
      function: {
        provider: { aws: [{ region: "eu-west-1", default_tags: [{ tags: { service: "some" } }] }] },
        data: {
          aws_caller_identity: { me: {} },
          aws_vpc: { vpc: { filter: [{ name: "tag:Name", values: ["main"] }] } },
          aws_subnets: {
            private: { filter: [{ name: "vpc-id", values: [expression("data.aws_vpc.vpc.id")] }] },
          },
        },
        resource: {
          aws_iam_role: {
            role: {
              name: "role",
              assume_role_policy: expression(
                'jsonencode({"Statement" = [{"Effect" = "Allow", "Action" = "sts:AssumeRole"}]})',
              ),
              managed_policy_arns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
            },
          },
          aws_cloudwatch_log_group: { logs: { name: "/aws/lambda/handler", retention_in_days: 7 } },
          aws_lambda_function: {
            handler: {
              function_name: "handler",
              role: expression("aws_iam_role.role.arn"),
              image_uri: `${expression("data.aws_caller_identity.me.account_id")}.dkr.ecr.eu-west-1.amazonaws.com/handler:1`,
              package_type: "Image",
              environment: { variables: { LOGS: expression("aws_cloudwatch_log_group.logs.name") } },
              vpc_config: {
                subnet_ids: expression("data.aws_subnets.private.ids"),
                security_group_ids: ["sg-0123456789abcdef0"],
              },
            },
          },
          aws_cloudwatch_event_rule: { nightly: { schedule_expression: "cron(0 0 * * ? *)" } },
          aws_cloudwatch_event_target: {
            nightly: {
              rule: expression("aws_cloudwatch_event_rule.nightly.name"),
              arn: expression("aws_lambda_function.handler.arn"),
            },
          },
          aws_cloudwatch_metric_alarm: {
            errors: {
              alarm_name: "errors",
              comparison_operator: "GreaterThanThreshold",
              evaluation_periods: 1,
              threshold: 0,
              metric_query: [
                { id: "e1", return_data: true, expression: "m1 / 2", label: "errors" },
                {
                  id: "m1",
                  metric: {
                    namespace: "AWS/Lambda",
                    metric_name: "Errors",
                    period: 60,
                    stat: "Sum",
                    dimensions: { FunctionName: expression("aws_lambda_function.handler.function_name") },
                  },
                },
              ],
            },
          },
        },
        terraform: terraform("function"),
      },
    },
    resources: 6,
  },
];

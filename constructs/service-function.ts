import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaAlias } from "@cdktf/provider-aws/lib/lambda-alias";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AssetType, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import type { FunctionSettings } from "../config/environment";
import { deadLetterQueueName, functionName, liveAlias, messageQueueName } from "../config/names";
import { lambdaRuntime } from "../config/node";
import { DeadLetterQueue } from "./dead-letter-queue";
import { EncryptedLogGroup } from "./encrypted-log-group";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";
import { assumedBy } from "./policy";
import type { Subnets } from "./subnets";
import { Workload, type WorkloadProps } from "./workload";

export interface ServiceFunctionProps extends WorkloadProps {
  readonly description: string;
  readonly settings: FunctionSettings;
  /** Prefix under which a router mounts the service. @default it answers no requests */
  readonly basePath?: string;
  /** Bundle that the build made; its bytes are the first version, the pipeline brings the later ones. */
  readonly code: string;
  readonly subnets: Subnets;
  readonly key: EncryptionKey;
}

const logs = ["logs:CreateLogStream", "logs:PutLogEvents"];

/**
 * A service as a Lambda function in the private subnets, called through its alias `live`. Code, the alias's target and the warm
 * instances belong to the pipeline: Terraform makes the first version and ignores the later ones. Warm instances belong to
 * a version, since Lambda refuses to weigh an alias that has some of its own (ops/deploy-function).
 */
export class ServiceFunction extends Workload {
  readonly settings: FunctionSettings;
  readonly aliasArn: string;
  /** What API Gateway calls. */
  readonly invokeArn: string;
  readonly deadLetters: DeadLetterQueue;
  /** What a permission to call waits for. */
  readonly alias: LambdaAlias;
  private readonly function: LambdaFunction;
  private variables: Record<string, string>;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    const { service, description, settings, basePath, code, subnets, key } = props;
    const stack = PlatformStack.of(scope);
    const trust = assumedBy("lambda.amazonaws.com");
    super(scope, id, functionName(stack.prefix, service), { ...props, kind: "Function", trust });
    this.settings = settings;
    const arn = stack.arn("lambda", `function:${this.name}`);
    this.deadLetters = new DeadLetterQueue(this, "dead-letters", {
      name: deadLetterQueueName(stack.prefix, service),
      key,
      ...(basePath === undefined && { source: stack.arn("sqs", messageQueueName(stack.prefix, service)) }),
    });
    const log = new EncryptedLogGroup(this, "log", { name: `/aws/lambda/${this.name}`, key });

    this.allow("write-log", { sid: "WriteOwnLog", actions: logs, resources: [`${log.arn}:*`] });
    // Tracing knows no resource, https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
    this.allow("trace", { sid: "Trace", actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"] });
    this.allow("use-key", {
      sid: "UseKey",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: [key.arn],
    });
    this.allow("send-dead-letters", {
      sid: "SendDeadLetters",
      actions: ["sqs:SendMessage"],
      resources: [this.deadLetters.arn],
    });
    const joined = this.joinVpc(arn);

    this.variables = { SERVICE_NAME: service, ENVIRONMENT: stack.prefix, LOG_LEVEL: "info" };
    if (basePath !== undefined) this.variables.BASE_PATH = basePath;
    this.function = new LambdaFunction(this, "function", {
      functionName: this.name,
      description,
      role: this.role.arn,
      runtime: lambdaRuntime,
      architectures: ["arm64"],
      handler: "index.handler",
      filename: new TerraformAsset(this, "code", { path: code, type: AssetType.FILE }).path,
      memorySize: settings.memory,
      timeout: settings.timeout,
      ...(settings.reserve && { reservedConcurrentExecutions: settings.reservedConcurrency }),
      publish: true,
      kmsKeyArn: key.arn,
      environment: { variables: this.variables },
      vpcConfig: { subnetIds: [...subnets.privateSubnetIds], securityGroupIds: [this.group.id] },
      tracingConfig: { mode: "Active" },
      loggingConfig: { logFormat: "JSON", logGroup: log.name },
      deadLetterConfig: { targetArn: this.deadLetters.arn },
      tags: { service },
      lifecycle: { ignoreChanges: ["filename", "source_code_hash", "s3_bucket", "s3_key", "s3_object_version"] },
      dependsOn: [joined],
    });
    this.alias = new LambdaAlias(this, "alias", {
      name: liveAlias,
      description: "What is called; the pipeline moves it",
      functionName: this.function.functionName,
      functionVersion: this.function.version,
      lifecycle: { ignoreChanges: ["function_version", "routing_config"] },
    });
    this.aliasArn = this.alias.arn;
    this.invokeArn = this.alias.invokeArn;
  }

  /** Adds environment variables, which Lambda encrypts with the stack's key. */
  setVariables(variables: Readonly<Record<string, string>>): void {
    this.variables = { ...this.variables, ...variables };
    this.function.putEnvironment({ variables: this.variables });
  }

  /**
   * Lets Lambda attach the function to the VPC, and keeps the function's own code from doing the same.
   * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
   */
  private joinVpc(arn: string): IamRolePolicy {
    const actions = [
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ];
    return this.allow(
      "join-vpc",
      { sid: "LambdaJoinsVpc", actions },
      {
        sid: "CodeDoesNot",
        effect: "Deny",
        actions,
        conditions: { ArnEquals: { "lambda:SourceFunctionArn": arn } },
      },
    );
  }
}

import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { executionRoleName } from "../config/names";
import type { ImageRepository } from "./image-repository";
import { PlatformStack } from "./platform-stack";
import { assumedBy, policyDocument } from "./policy";

export interface ExecutionRoleProps {
  readonly service: string;
  readonly repository: ImageRepository;
  readonly log: CloudwatchLogGroup;
}

/** As whom ECS starts a worker, before any code of it runs: fetches its image alone, and writes its log alone. */
export class ExecutionRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { service, repository, log }: ExecutionRoleProps) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    const role = new IamRole(this, "role", {
      name: executionRoleName(stack.prefix, service),
      assumeRolePolicy: assumedBy("ecs-tasks.amazonaws.com", stack.account),
    });
    new IamRolePolicy(this, "start", {
      name: "start",
      role: role.id,
      policy: policyDocument(
        {
          // Knows no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
          sid: "LogInToRegistry",
          actions: ["ecr:GetAuthorizationToken"],
        },
        {
          sid: "FetchOwnImage",
          actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          resources: [repository.arn],
        },
        {
          sid: "WriteOwnLog",
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [`${log.arn}:*`],
        },
      ),
    });
    this.arn = role.arn;
  }
}

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend, S3Backend, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import type { Environment } from "../config/environment";
import {
  type AccountScope,
  pipelineRoleName,
  stateBucketName,
  stateKeyAlias,
  stateLockTableName,
} from "../config/names";

export interface StackSettings extends AccountScope, Pick<Environment, "owner" | "logRetentionDays"> {
  /**
   * Whether the state bucket is still to be made: then the stack's own state stays in a local file, from which it moves into the
   * bucket (docs/runbooks/first-deployment.md). @default false
   */
  readonly bootstrap?: boolean;
}

/**
 * A stack of the platform: its provider pinned to one account and region, its tags on every resource, its state in the
 * account's bucket under `<stack>.tfstate`, locked by the table and by S3's own lock file.
 */
export class PlatformStack extends TerraformStack {
  /** The stack of a construct. */
  static override of(construct: IConstruct): PlatformStack {
    const stack = TerraformStack.of(construct);
    if (stack instanceof PlatformStack) return stack;
    throw new Error(`${construct.node.path} must be in a PlatformStack`);
  }

  readonly account: string;
  readonly region: string;
  readonly logRetentionDays: number;

  /**
   * @param prefix leads every physical name: the environment, or `platform` for what an account has once
   * @param service the part of the platform that the stack holds
   */
  constructor(
    scope: Construct,
    readonly prefix: string,
    service: string,
    { account, region, owner, logRetentionDays, bootstrap = false }: StackSettings,
    id = `${prefix}-${service}`,
  ) {
    super(scope, id);
    this.account = account;
    this.region = region;
    this.logRetentionDays = logRetentionDays;
    new AwsProvider(this, "aws", {
      region,
      allowedAccountIds: [account],
      defaultTags: [{ tags: { environment: prefix, service, owner, "managed-by": "terraform" } }],
    });
    if (bootstrap) {
      new LocalBackend(this, { path: "terraform.tfstate" });
      return;
    }
    new S3Backend(this, {
      bucket: stateBucketName(account),
      key: `${id}.tfstate`,
      region,
      encrypt: true,
      // Without it Terraform asks for S3's own key, which goes before the bucket's default.
      kmsKeyId: this.arn("kms", `alias/${stateKeyAlias}`),
      dynamodbTable: stateLockTableName,
    });
    // The bindings of cdktf 0.21 do not know the option; Terraform does since 1.10.
    this.addOverride("terraform.backend.s3.use_lockfile", true);
  }

  /** The pipeline's role that deploys the stack; the gitlab stack makes it, and is applied first. */
  get deployRoleArn(): string {
    return `arn:aws:iam::${this.account}:role/${pipelineRoleName(this.prefix, "deploy")}`;
  }

  /** A physical name: `development-migrations`. */
  physicalName(suffix: string): string {
    return `${this.prefix}-${suffix}`;
  }

  /** A bucket's name: global, so it ends with the account. */
  bucketName(suffix: string): string {
    return `${this.prefix}-${suffix}-${this.account}`;
  }

  /**
   * `arn:aws:<service>:<region>:<account>:<resource>`
   * @param region where the resource is. @default the stack's
   */
  arn(service: string, resource: string, region = this.region): string {
    return `arn:aws:${service}:${region}:${this.account}:${resource}`;
  }
}

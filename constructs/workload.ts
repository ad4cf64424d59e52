import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { ClosedGroup } from "./closed-group";
import type { ClosedVpc } from "./closed-vpc";
import { policyDocument, type Statement } from "./policy";
import type { ServiceEndpoints } from "./service-endpoints";

export interface WorkloadProps {
  /** The service's name in config/services.ts. */
  readonly service: string;
  /** Whose data it works on. */
  readonly product: string;
  /** How much of a dependency one instance takes. */
  readonly settings: { readonly connections: number };
  readonly vpc: ClosedVpc;
}

/** A service as it runs on AWS, a function or a worker: its role and its group, and what a dependency needs of it to let it in. */
export abstract class Workload extends Construct {
  readonly service: string;
  readonly product: string;
  abstract readonly settings: WorkloadProps["settings"];
  readonly group: ClosedGroup;
  readonly roleArn: string;
  protected readonly role: IamRole;
  private readonly reached = new Set<"endpoints" | "internet">();

  /**
   * @param name of its role and of its group
   * @param kind `Function`, for the group's description
   * @param trust who assumes the role
   */
  constructor(
    scope: Construct,
    id: string,
    readonly name: string,
    { service, product, vpc, kind, trust }: Omit<WorkloadProps, "settings"> & { kind: string; trust: string },
  ) {
    super(scope, id);
    this.service = service;
    this.product = product;
    this.group = new ClosedGroup(this, "group", { name, description: `${kind} ${name}`, vpcId: vpc.id });
    this.role = new IamRole(this, "role", { name, assumeRolePolicy: trust });
    this.roleArn = this.role.arn;
  }

  /** Adds environment variables. */
  abstract setVariables(variables: Readonly<Record<string, string>>): void;

  /** Adds a permission, as a policy of its own that says what for. */
  allow(purpose: string, ...statements: readonly Statement[]): IamRolePolicy {
    return new IamRolePolicy(this, purpose, {
      name: purpose,
      role: this.role.id,
      policy: policyDocument(...statements),
    });
  }

  /** Lets it call public hosts over HTTPS, whatever needs it first. */
  grantInternet(): void {
    if (this.isFirst("internet")) this.group.connectToInternet(this, { purpose: "internet", port: 443 });
  }

  /** Lets it call AWS's services through the VPC's interface endpoints, whatever needs it first. */
  grantEndpoints(endpoints: ServiceEndpoints): void {
    if (this.isFirst("endpoints")) endpoints.grantInterfaces(this, this.group);
  }

  private isFirst(way: "endpoints" | "internet"): boolean {
    const first = !this.reached.has(way);
    this.reached.add(way);
    return first;
  }
}

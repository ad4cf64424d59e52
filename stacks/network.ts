import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { ClosedVpc } from "../constructs/closed-vpc";
import { EncryptionKey } from "../constructs/encryption-key";
import { PlatformStack } from "../constructs/platform-stack";
import { ServiceEndpoints } from "../constructs/service-endpoints";
import { Subnets } from "../constructs/subnets";
import { boundRoles } from "../constructs/workload-boundary";

/** What everything else runs in: a VPC, its subnets, and private ways to AWS's services. */
export class NetworkStack extends PlatformStack {
  readonly vpc: ClosedVpc;
  readonly subnets: Subnets;
  readonly endpoints: ServiceEndpoints;

  constructor(scope: Construct, environment: Environment) {
    super(scope, environment.name, "network", environment);
    boundRoles(this);
    const key = new EncryptionKey(this, "key", { administrator: this.deployRoleArn, purpose: "network" });
    this.vpc = new ClosedVpc(this, "vpc", { cidr: environment.network.cidr, key });
    this.subnets = new Subnets(this, "subnets", { vpc: this.vpc, ...environment.network });
    this.endpoints = new ServiceEndpoints(this, "endpoints", { vpc: this.vpc, subnets: this.subnets });
  }
}

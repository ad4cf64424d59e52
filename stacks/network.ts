import type { Construct } from "constructs";
import { resolvableNames } from "../config/egress";
import type { Environment } from "../config/environment";
import type { Service } from "../config/service";
import { ClosedVpc } from "../constructs/closed-vpc";
import { DnsFirewall } from "../constructs/dns-firewall";
import { EncryptionKey } from "../constructs/encryption-key";
import { PlatformStack } from "../constructs/platform-stack";
import { ServiceEndpoints } from "../constructs/service-endpoints";
import { Subnets } from "../constructs/subnets";
import { boundRoles } from "../constructs/workload-boundary";

export interface NetworkStackProps {
  /** Whose hosts are resolved. */
  readonly services: readonly Service[];
}

/** What everything else runs in: a VPC, its subnets, private ways to AWS's services, and the names that lead out. */
export class NetworkStack extends PlatformStack {
  readonly vpc: ClosedVpc;
  readonly subnets: Subnets;
  readonly endpoints: ServiceEndpoints;

  readonly firewall: DnsFirewall;

  constructor(scope: Construct, environment: Environment, { services }: NetworkStackProps) {
    super(scope, environment.name, "network", environment);
    boundRoles(this);
    const key = new EncryptionKey(this, "key", { administrator: this.deployRoleArn, purpose: "network" });
    this.vpc = new ClosedVpc(this, "vpc", { cidr: environment.network.cidr, key });
    this.subnets = new Subnets(this, "subnets", { vpc: this.vpc, ...environment.network });
    this.endpoints = new ServiceEndpoints(this, "endpoints", { vpc: this.vpc, subnets: this.subnets });
    this.firewall = new DnsFirewall(this, "firewall", {
      vpc: this.vpc,
      key,
      names: resolvableNames(environment, services),
      egress: environment.network.egress,
    });
  }
}

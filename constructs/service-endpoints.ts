import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";
import { type gatewayEndpoints, interfaceEndpoints } from "../config/network";
import { ClosedGroup } from "./closed-group";
import type { ClosedVpc } from "./closed-vpc";
import { PlatformStack } from "./platform-stack";
import { policyDocument, type Statement } from "./policy";
import type { Subnets } from "./subnets";

export interface ServiceEndpointsProps {
  readonly vpc: ClosedVpc;
  readonly subnets: Subnets;
}

/**
 * Buckets of AWS, in its own accounts, that are read through the gateway: CodeBuild's, and the one with the layers of ECR's images.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
 */
const imageBuckets = (region: string) => [
  `arn:aws:s3:::codebuild-${region}-*/*`,
  `arn:aws:s3:::aws-codebuild-${region}-*/*`,
  `arn:aws:s3:::prod-${region}-starport-layer-bucket/*`,
];

/**
 * Private ways to AWS's services: S3's to buckets of this account and those with images, the others for principals of
 * this account alone.
 */
export class ServiceEndpoints extends Construct {
  /** S3's addresses, for egress rules. */
  readonly s3PrefixListId: string;
  /** The S3 gateway's id, for bucket policies. */
  readonly s3EndpointId: string;
  private readonly group: ClosedGroup;

  constructor(scope: Construct, id: string, { vpc, subnets }: ServiceEndpointsProps) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    this.group = new ClosedGroup(this, "group", {
      name: stack.physicalName("endpoints"),
      description: "Interface endpoints of AWS services",
      vpcId: vpc.id,
    });

    const gateway = (service: (typeof gatewayEndpoints)[number], statements: readonly Statement[]) =>
      new VpcEndpoint(this, service, {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${stack.region}.${service}`,
        vpcEndpointType: "Gateway",
        routeTableIds: [...subnets.privateRouteTableIds],
        policy: policyDocument(...statements),
        tags: { Name: stack.physicalName(service) },
      });
    const ownPrincipals = {
      sid: "PrincipalsOfThisAccount",
      principals: "*",
      actions: ["*"],
      conditions: { StringEquals: { "aws:PrincipalAccount": stack.account } },
    } as const;
    const s3 = gateway("s3", [
      {
        sid: "BucketsOfThisAccount",
        principals: "*",
        actions: ["*"],
        conditions: { StringEquals: { "aws:ResourceAccount": stack.account } },
      },
      { sid: "Images", principals: "*", actions: ["s3:GetObject"], resources: imageBuckets(stack.region) },
    ]);
    gateway("dynamodb", [ownPrincipals]);
    for (const service of interfaceEndpoints) {
      new VpcEndpoint(this, service, {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${stack.region}.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: [...subnets.privateSubnetIds],
        securityGroupIds: [this.group.id],
        policy: policyDocument(ownPrincipals),
        tags: { Name: stack.physicalName(service) },
      });
    }
    this.s3PrefixListId = s3.prefixListId;
    this.s3EndpointId = s3.id;
  }

  /** Lets members of `client` call the interface endpoints alone. */
  grantInterfaces(scope: Construct, client: ClosedGroup): void {
    client.connectTo(scope, this.group, { purpose: "endpoints", port: 443 });
  }

  /** Lets members of `client` call the interface endpoints and S3. */
  grantAccess(scope: Construct, client: ClosedGroup): void {
    this.grantInterfaces(scope, client);
    client.connectToPrefixList(scope, this.s3PrefixListId, { purpose: "s3", port: 443 });
  }
}

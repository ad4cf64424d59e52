import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { ApiGatewayBasePathMapping } from "@cdktf/provider-aws/lib/api-gateway-base-path-mapping";
import { ApiGatewayDomainName } from "@cdktf/provider-aws/lib/api-gateway-domain-name";
import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Construct } from "constructs";
import type { HttpApi } from "./http-api";

export interface CustomDomainProps {
  /** Public hosted zone that exists already. */
  readonly zone: string;
  /** In or under the zone. */
  readonly domain: string;
  readonly api: HttpApi;
}

/** The API's own name: a certificate that renews itself, TLS 1.2, IPv4 and IPv6 records. */
export class CustomDomain extends Construct {
  constructor(scope: Construct, id: string, { zone, domain, api }: CustomDomainProps) {
    super(scope, id);
    const hosted = new DataAwsRoute53Zone(this, "zone", { name: zone, privateZone: false });

    const certificate = new AcmCertificate(this, "certificate", {
      domainName: domain,
      validationMethod: "DNS",
      // A domain in use holds its certificate: the next one must exist before the old one can go.
      lifecycle: { createBeforeDestroy: true },
    });
    const proof = certificate.domainValidationOptions.get(0);
    const record = new Route53Record(this, "proof", {
      zoneId: hosted.zoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: 300,
      // The same record proves the old and the new certificate of one name.
      allowOverwrite: true,
    });
    const validation = new AcmCertificateValidation(this, "validation", {
      certificateArn: certificate.arn,
      validationRecordFqdns: [record.fqdn],
    });

    const name = new ApiGatewayDomainName(this, "name", {
      domainName: domain,
      regionalCertificateArn: validation.certificateArn,
      securityPolicy: "TLS_1_2",
      endpointConfiguration: { types: ["REGIONAL"], ipAddressType: "dualstack" },
    });
    new ApiGatewayBasePathMapping(this, "mapping", {
      apiId: api.id,
      stageName: api.stageName,
      domainName: name.domainName,
    });
    for (const type of ["A", "AAAA"]) {
      new Route53Record(this, type.toLowerCase(), {
        zoneId: hosted.zoneId,
        name: domain,
        type,
        alias: { name: name.regionalDomainName, zoneId: name.regionalZoneId, evaluateTargetHealth: true },
      });
    }
  }
}

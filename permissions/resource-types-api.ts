import type { EnvironmentArns } from "./arns";
import type { Grant, ResourceTypes } from "./resource-types";
import { anything, everything, newlyTagged, scope, tagged, unowned } from "./scope";

const newApi = scope("NewApi", ({ apigateway }) => [apigateway("restapis")], newlyTagged);
const apis = scope("Apis", ({ apigateway }) => [apigateway("restapis/*")], tagged);
const apiTags = scope(
  "ApiTags",
  ({ apigateway }) => [apigateway("tags/*")],
  ({ ours, asOurs }) => ({ StringEqualsIfExists: { ...ours, ...asOurs } }),
);
const everyStage = ({ apigateway }: EnvironmentArns) => [apigateway("restapis/*/stages/live")];
const stages = scope("Stages", everyStage, tagged);
/** WAF knows no tag of a stage; API Gateway asks for SetWebACL on it besides, and knows its tag. */
const guardedStages = scope("GuardedStages", everyStage);
const newDomain = scope("NewDomain", ({ apigateway }) => [apigateway("domainnames")], newlyTagged);
const domain = scope("Domain", ({ apigateway, domain }) =>
  ["", "/basepathmappings", "/basepathmappings/*"].map((below) => apigateway(`domainnames/${domain}${below}`)),
);
const newCertificate = scope("NewCertificate", everything, ({ asOurs, domain }) => ({
  StringEquals: { ...asOurs, "acm:ValidationMethod": "DNS" },
  "ForAllValues:StringEquals": { "acm:DomainNames": [domain] },
}));
const everyCertificate = ({ regional }: EnvironmentArns) => [regional("acm", "certificate/*")];
const certificates = scope("Certificates", everyCertificate, tagged);
/** ACM asks for the tags of what is being made as well. */
const newCertificateTags = scope("NewCertificateTags", everyCertificate, ({ asOurs }) => ({
  StringEquals: asOurs,
  Null: unowned,
}));
const everyZone = () => ["arn:aws:route53:::hostedzone/*"];
const zones = scope("Zones", everyZone);
const zoneChanges = scope("ZoneChanges", () => ["arn:aws:route53:::change/*"]);
/** The API's own name and the record that proves its certificate. */
const records = scope("Records", everyZone, ({ domain }) => ({
  "ForAllValues:StringLike": { "route53:ChangeResourceRecordSetsNormalizedRecordNames": [domain, `_*.${domain}`] },
}));
const firewall = scope("Firewall", ({ name, regional }) => [regional("wafv2", `regional/webacl/${name}-api/*`)]);
const firewallRules = scope("FirewallRules", ({ regional }) => [regional("wafv2", "regional/managedruleset/*/*")]);

/** API Gateway's actions are HTTP's methods. */
const get = ["apigateway:GET"];
const change = ["apigateway:POST", "apigateway:PUT", "apigateway:PATCH", "apigateway:DELETE"];
const partOfApi: readonly Grant[] = [{ scope: apis, read: get, write: change }];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html and its siblings */
export const apiTypes: ResourceTypes = {
  aws_api_gateway_rest_api: [
    { scope: newApi, write: ["apigateway:POST"] },
    { scope: apis, read: get, write: change },
    { scope: apiTags, write: ["apigateway:PUT", "apigateway:DELETE"] },
  ],
  aws_api_gateway_resource: partOfApi,
  aws_api_gateway_method: partOfApi,
  aws_api_gateway_integration: partOfApi,
  aws_api_gateway_method_settings: partOfApi,
  aws_api_gateway_deployment: partOfApi,
  aws_api_gateway_stage: [
    ...partOfApi,
    {
      // Where the stage's log goes is a delivery, which knows no resource.
      scope: anything,
      write: [
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:DescribeResourcePolicies",
        "logs:PutResourcePolicy",
      ],
    },
  ],
  aws_api_gateway_domain_name: [
    { scope: newDomain, write: ["apigateway:POST"] },
    { scope: domain, read: get, write: ["apigateway:PATCH", "apigateway:DELETE"] },
  ],
  aws_api_gateway_base_path_mapping: [
    { scope: domain, read: get, write: ["apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"] },
  ],
  aws_acm_certificate: [
    { scope: newCertificate, write: ["acm:RequestCertificate"] },
    { scope: newCertificateTags, write: ["acm:AddTagsToCertificate"] },
    {
      scope: certificates,
      read: ["acm:DescribeCertificate", "acm:ListTagsForCertificate"],
      write: ["acm:AddTagsToCertificate", "acm:RemoveTagsFromCertificate", "acm:DeleteCertificate"],
    },
  ],
  aws_acm_certificate_validation: [{ scope: certificates, read: ["acm:DescribeCertificate"] }],
  "data.aws_route53_zone": [
    { scope: anything, read: ["route53:ListHostedZones"] },
    { scope: zones, read: ["route53:GetHostedZone", "route53:ListTagsForResource"] },
  ],
  aws_route53_record: [
    { scope: zones, read: ["route53:GetHostedZone", "route53:ListResourceRecordSets"] },
    { scope: records, write: ["route53:ChangeResourceRecordSets"] },
    { scope: zoneChanges, write: ["route53:GetChange"] },
  ],
  aws_wafv2_web_acl: [
    {
      scope: firewall,
      read: ["wafv2:GetWebACL", "wafv2:ListTagsForResource"],
      write: [
        "wafv2:CreateWebACL",
        "wafv2:UpdateWebACL",
        "wafv2:DeleteWebACL",
        "wafv2:TagResource",
        "wafv2:UntagResource",
      ],
    },
    { scope: firewallRules, write: ["wafv2:CreateWebACL", "wafv2:UpdateWebACL"] },
  ],
  aws_wafv2_web_acl_association: [
    {
      scope: firewall,
      read: ["wafv2:GetWebACLForResource"],
      write: ["wafv2:AssociateWebACL"],
    },
    {
      scope: guardedStages,
      read: ["wafv2:GetWebACLForResource"],
      write: ["wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"],
    },
    { scope: stages, write: ["apigateway:SetWebACL"] },
  ],
  aws_wafv2_web_acl_logging_configuration: [
    {
      scope: firewall,
      read: ["wafv2:GetLoggingConfiguration"],
      write: ["wafv2:PutLoggingConfiguration", "wafv2:DeleteLoggingConfiguration"],
    },
  ],
};

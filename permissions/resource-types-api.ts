import type { Grant, ResourceTypes } from "./resource-types";

/** API Gateway's actions are HTTP's methods. */
const get = ["apigateway:GET"];
const change = ["apigateway:POST", "apigateway:PUT", "apigateway:PATCH", "apigateway:DELETE"];
const partOfApi: readonly Grant[] = [{ at: "apis", read: get, write: change }];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html and its siblings */
export const apiTypes: ResourceTypes = {
  aws_api_gateway_rest_api: [
    { at: "newApi", write: ["apigateway:POST"] },
    { at: "apis", read: get, write: change },
    { at: "apiTags", read: get, write: ["apigateway:PUT", "apigateway:DELETE"] },
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
      at: "anything",
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
    { at: "newDomain", write: ["apigateway:POST"] },
    { at: "domain", read: get, write: ["apigateway:PATCH", "apigateway:DELETE"] },
  ],
  aws_api_gateway_base_path_mapping: [
    { at: "domain", read: get, write: ["apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"] },
  ],
  aws_acm_certificate: [
    { at: "newCertificate", write: ["acm:RequestCertificate"] },
    {
      at: "certificates",
      read: ["acm:DescribeCertificate", "acm:ListTagsForCertificate"],
      write: ["acm:AddTagsToCertificate", "acm:RemoveTagsFromCertificate", "acm:DeleteCertificate"],
    },
  ],
  aws_acm_certificate_validation: [{ at: "certificates", read: ["acm:DescribeCertificate"] }],
  "data.aws_route53_zone": [
    { at: "anything", read: ["route53:ListHostedZones"] },
    { at: "zones", read: ["route53:GetHostedZone", "route53:ListTagsForResource"] },
  ],
  aws_route53_record: [
    { at: "zones", read: ["route53:GetHostedZone", "route53:ListResourceRecordSets"] },
    { at: "records", write: ["route53:ChangeResourceRecordSets"] },
    { at: "zoneChanges", write: ["route53:GetChange"] },
  ],
  aws_wafv2_web_acl: [
    {
      at: "firewall",
      read: ["wafv2:GetWebACL", "wafv2:ListTagsForResource"],
      write: [
        "wafv2:CreateWebACL",
        "wafv2:UpdateWebACL",
        "wafv2:DeleteWebACL",
        "wafv2:TagResource",
        "wafv2:UntagResource",
      ],
    },
    { at: "firewallRules", write: ["wafv2:CreateWebACL", "wafv2:UpdateWebACL"] },
  ],
  aws_wafv2_web_acl_association: [
    {
      at: "firewall",
      read: ["wafv2:GetWebACLForResource"],
      write: ["wafv2:AssociateWebACL"],
    },
    {
      at: "stages",
      read: ["wafv2:GetWebACLForResource"],
      write: ["apigateway:SetWebACL", "wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"],
    },
  ],
  aws_wafv2_web_acl_logging_configuration: [
    {
      at: "firewall",
      read: ["wafv2:GetLoggingConfiguration"],
      write: ["wafv2:PutLoggingConfiguration", "wafv2:DeleteLoggingConfiguration"],
    },
  ],
};

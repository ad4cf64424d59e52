import { policyDocument } from "./aws-policy-document";
import type { Recipes } from "./facts";

/** What data sources answer. Types that are not listed follow the recipes of the resource of their name. */
export const awsData: Readonly<Record<string, Recipes>> = {
  aws_availability_zones: {
    id: "{region}",
    names: ["{region}a", "{region}b", "{region}c"],
    zone_ids: ["az1-{region}", "az2-{region}", "az3-{region}"],
    group_names: ["{region}"],
  },
  aws_caller_identity: {
    id: "{account}",
    account_id: "{account}",
    arn: "arn:{partition}:iam::{account}:user/rehearsal",
    user_id: "AIDAREHEARSAL",
  },
  aws_canonical_user_id: { id: "{hex:64}", display_name: "rehearsal" },
  aws_cloudfront_log_delivery_canonical_user_id: { id: "{hex:64}" },
  aws_ec2_managed_prefix_list: {
    id: "pl-0{hex:16}",
    arn: "arn:{partition}:ec2:{region}:aws:prefix-list/{id}",
    max_entries: "1",
    owner_id: "AWS",
  },
  aws_elb_service_account: { id: "127311923021", arn: "arn:{partition}:iam::127311923021:root" },
  aws_iam_policy_document: { id: "{hex:10}", json: policyDocument(2), minified_json: policyDocument(0) },
  aws_iam_session_context: { issuer_arn: "{arn}", issuer_name: "rehearsal" },
  aws_partition: {
    id: "{partition}",
    partition: "{partition}",
    dns_suffix: "amazonaws.com",
    reverse_dns_prefix: "com.amazonaws",
  },
  aws_prefix_list: { id: "pl-0{hex:16}", cidr_blocks: ["203.0.113.0/24"] },
  aws_region: {
    id: "{region}",
    name: "{region}",
    region: "{region}",
    endpoint: "ec2.{region}.amazonaws.com",
    description: "Rehearsal ({region})",
  },
  aws_service_principal: {
    name: "{service_name}.amazonaws.com",
    id: "{service_name}.amazonaws.com",
    suffix: "amazonaws.com",
  },
  aws_ssm_parameter: { id: "{name}", value: "rehearsal", insecure_value: "rehearsal", type: "String", version: "1" },
  aws_vpc_endpoint_service: { id: "{hex:10}", service_name: "com.amazonaws.{region}.{service}" },
};

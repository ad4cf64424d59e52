import { type ObjectValue, unknown, type Value } from "@platform/terraform";
import { policyDocument } from "./aws-policy-document";
import type { Templates, ValueContext } from "./facts";

/** One validation record a name on the certificate; only the names are known before the certificate exists. */
export const validationOptions =
  (existing: boolean) =>
  (context: ValueContext): Value => {
    const alternative = context.attribute("subject_alternative_names");
    const domain = context.attribute("domain_name");
    const names = [...new Set([domain, ...(Array.isArray(alternative) ? alternative : [])])];
    if (!names.every((name) => typeof name === "string")) return unknown;
    return names.map(
      (name): ObjectValue => ({
        domain_name: name,
        resource_record_name: existing ? `_${context.hex(32)}.${String(name).replace("*.", "")}.` : unknown,
        resource_record_type: existing ? "CNAME" : unknown,
        resource_record_value: existing ? `_${context.hex(32)}.acm-validations.aws.` : unknown,
      }),
    );
  };

const databasePort = ({ attribute }: ValueContext) => (String(attribute("engine")).includes("postgres") ? 5432 : 3306);

/** Values that a text cannot say: they are beside those of aws.json. */
export const resourceFunctions: Readonly<Record<string, Templates>> = {
  aws_acm_certificate: { domain_validation_options: validationOptions(true) },
  // TEST-NET-3: an address that can never be anyone's.
  aws_eip: { public_ip: ({ hex }) => `203.0.113.${(Number.parseInt(hex(2), 16) % 254) + 1}` },
  aws_iam_openid_connect_provider: {
    arn: ({ partition, account, attribute }) =>
      `arn:${partition}:iam::${account}:oidc-provider/${String(attribute("url")).replace("https://", "")}`,
  },
  aws_lambda_function: { version: ({ attribute }) => (attribute("publish") === true ? "1" : "$LATEST") },
  aws_rds_cluster: { port: databasePort },
  aws_rds_cluster_instance: { port: databasePort },
  aws_ssm_parameter: {
    arn: ({ partition, region, account, attribute }) =>
      `arn:${partition}:ssm:${region}:${account}:parameter/${String(attribute("name")).replace(/^\//, "")}`,
  },
};

export const dataFunctions: Readonly<Record<string, Templates>> = {
  aws_iam_policy_document: { json: policyDocument(2), minified_json: policyDocument(0) },
};

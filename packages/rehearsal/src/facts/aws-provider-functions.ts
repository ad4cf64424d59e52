import type { Value } from "@platform/terraform";
import type { ProviderFunction } from "./facts";

const parts = ["partition", "service", "region", "account_id", "resource"];

/** @throws when the text is no ARN */
function parsed(text: Value | undefined): Record<string, string> {
  const [arn, partition = "", service = "", region = "", account = "", ...resource] = String(text).split(":");
  if (arn !== "arn" || resource.length === 0) throw new Error(`arn parsing failed: invalid ARN ${String(text)}`);
  return { partition, service, region, account_id: account, resource: resource.join(":") };
}

/** The functions of hashicorp/aws that need no account: https://registry.terraform.io/providers/hashicorp/aws/latest/docs */
export const providerFunctions: Readonly<Record<string, ProviderFunction>> = {
  arn_parse: {
    takes: ["arn"],
    gives: ["object", Object.fromEntries(parts.map((name) => [name, "string"]))],
    returns: ([arn]) => parsed(arn),
  },
  arn_build: {
    takes: parts,
    gives: "string",
    returns: (args) => ["arn", ...args].join(":"),
  },
  /** `role/with/a/path/name` is `role/name` where services want no path. */
  trim_iam_role_path: {
    takes: ["arn"],
    gives: "string",
    returns: ([arn]) => {
      const { service, resource = "" } = parsed(arn);
      if (service !== "iam" || !resource.startsWith("role/")) throw new Error(`${String(arn)} is no ARN of a role`);
      return String(arn).replace(resource, `role/${resource.slice(resource.lastIndexOf("/") + 1)}`);
    },
  },
};

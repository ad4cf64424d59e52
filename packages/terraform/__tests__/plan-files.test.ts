import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPlan, readPlans } from "../src";

/** A plan in the form of Terraform 1.11's `terraform show -json`, with members of the document over it. */
const withDocument = (document: object) =>
  JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: {},
    resource_changes: [resourceChange("null_resource.it", {})],
    ...document,
  });

function resourceChange(address: string, change: object) {
  const [type, name] = address.split(".");
  return { address, mode: "managed", type, name, change: { actions: ["create"], ...change } };
}
const whole = withDocument({});

test.each([
  ["a plan cut off", whole.slice(0, -40), /^x\.json is not whole JSON \(\d+ characters\): make it again/],
  ["an empty file", "", /^x\.json is not whole JSON \(0 characters\)/],
  [
    "Terraform's binary plan",
    "PK\u0003\u0004",
    /^x\.json is Terraform's binary plan: give what terraform show -json prints/,
  ],
  ["another program's JSON", '{"a":1}', /^x\.json is no plan, it has no format_version and terraform_version/],
  ["a state", withDocument({ planned_values: undefined }), /^x\.json is a state, not a plan/],
  [
    "a plan in a later format",
    withDocument({ format_version: "2.0" }),
    /Terraform 1\.11\.4 in plan format 2\.0: format 1\.x is read, of Terraform 1\.1 and newer and of OpenTofu/,
  ],
  [
    "a plan in an earlier format",
    withDocument({ format_version: "0.2", terraform_version: "1.0.11" }),
    /was made by Terraform 1\.0\.11 in plan format 0\.2: format 1\.x is read/,
  ],
  ["a plan that failed", withDocument({ errored: true }), /ended in an error, so not all changes stand in it/],
  [
    "a plan of another form",
    withDocument({ resource_changes: [{ address: 7 }] }),
    /another form than Terraform's plans at resource_changes\.0\.address/,
  ],
])("%s is refused in one line", (_, text, message) => {
  expect(() => readPlan("x.json", text)).toThrow(message);
});

// The form's promise: what is added raises the minor number, what breaks readers the major one,
// https://developer.hashicorp.com/terraform/internals/json-format#format-versions
test.each([
  ["1.0", "1.1.5"],
  ["1.1", "1.4.6"],
  ["1.2", "1.5.7"],
  ["1.2", "1.14.0"],
])("a plan in format %s, as Terraform or OpenTofu %s writes it, is read", (format_version, terraform_version) => {
  const { document } = readPlan("x.json", withDocument({ format_version, terraform_version }));
  expect(document.resource_changes.map(({ address }) => address)).toEqual(["null_resource.it"]);
});

test("what a newer Terraform adds to its plans is no hindrance", () => {
  const text = withDocument({ format_version: "1.9", terraform_version: "1.15.0", brand_new: [{ a: 1 }] });
  expect(readPlan("x.json", text).document.terraform_version).toBe("1.15.0");
});

// What Terraform and OpenTofu write since 1.10, each as its source or its own test data has it.
test.each([
  [
    // https://github.com/hashicorp/terraform-json/blob/main/testdata/actions/plan.json
    "Terraform 1.14 that only runs an action",
    {
      resource_changes: undefined,
      complete: true,
      action_invocations: [
        {
          address: "action.bufo_print.success",
          type: "bufo_print",
          name: "success",
          config_values: { color: null, name: "bufo-the-builder" },
          config_sensitive: {},
          config_unknown: {},
          invoke_action_trigger: {},
        },
      ],
    },
    [],
  ],
  [
    // https://github.com/hashicorp/terraform/blob/main/internal/command/jsonplan/resource.go: before_identity, index_unknown
    "Terraform 1.12 with identities and a deferred change",
    {
      complete: false,
      applyable: true,
      deferred_changes: [
        {
          reason: "instance_count_unknown",
          resource_change: { address: "null_resource.later[*]", index_unknown: true, change: { actions: ["create"] } },
        },
      ],
      relevant_attributes: [{ resource: "null_resource.it", attribute: ["id"] }],
      resource_changes: [
        resourceChange("null_resource.it", { before_identity: { id: "1" }, after_identity: { id: "1" } }),
      ],
    },
    ["null_resource.it"],
  ],
  [
    // https://github.com/opentofu/opentofu/blob/main/internal/command/jsonplan/plan.go: MarshalResourceChanges, actionString
    "OpenTofu 1.11 with an ephemeral resource, and one that is forgotten and made again",
    {
      resource_changes: [
        { ...resourceChange("random_password.it", { actions: ["read"] }), mode: "ephemeral" },
        resourceChange("null_resource.kept", { actions: ["forget", "create"] }),
      ],
    },
    ["random_password.it", "null_resource.kept"],
  ],
])("a plan of %s is read", (_, document, addresses) => {
  const { document: read } = readPlan("x.json", withDocument(document));
  expect(read.resource_changes.map(({ address }) => address)).toEqual(addresses);
});

describe("a folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "plan-files-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("that is not there, or holds no plan, is refused", async () => {
    await expect(readPlans(join(folder, "none"))).rejects.toThrow(/none is no folder of plans: write each stack's to/);
    await expect(readPlans(folder)).rejects.toThrow(/holds no plan/);
  });

  test("with plans of two versions of Terraform is refused", async () => {
    writeFileSync(join(folder, "network.json"), whole);
    writeFileSync(join(folder, "api.json"), withDocument({ terraform_version: "1.12.0" }));
    await expect(readPlans(folder)).rejects.toThrow(/several versions of Terraform \(1\.11\.4, 1\.12\.0\)/);
  });
});

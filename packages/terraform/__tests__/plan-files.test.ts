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
    resource_changes: [
      {
        address: "null_resource.it",
        mode: "managed",
        type: "null_resource",
        name: "it",
        change: { actions: ["create"] },
      },
    ],
    ...document,
  });
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

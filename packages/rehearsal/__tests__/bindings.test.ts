import { readdirSync, readFileSync } from "node:fs";
import { aws as facts } from "../src/facts/aws";
import { words } from "../src/facts/provider-table";
import { blockOfBinding } from "../src/schema/bindings";
import type { Block } from "../src/schema/block";
import { type Bindings, installedBindings, readBinding } from "../src/schema/packages";

const bindings = installedBindings();

function installed(name: string): Bindings {
  const found = bindings.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no bindings of ${name}`);
  return found;
}

const aws = installed("aws");

it("every installed provider package is found, and no other tool of cdktf's", () => {
  expect(bindings.map(({ address }) => address).sort()).toEqual([
    "registry.terraform.io/hashicorp/aws",
    "registry.terraform.io/hashicorp/null",
    "registry.terraform.io/hashicorp/random",
    "registry.terraform.io/hashicorp/tls",
  ]);
});

it("provider packages are found from a folder below the one that has them, the nearest first", () => {
  expect(installedBindings("packages/rehearsal/src")).toEqual(bindings);
});

describe("the schema read from a binding", () => {
  it("tells required, optional and computed attributes apart", () => {
    const { attributes } = readBinding(aws, "resource", "aws_db_proxy");
    expect(attributes.engine_family).toMatchObject({ type: "string", given: "required" });
    expect(attributes.require_tls).toMatchObject({ type: "bool", given: "optional" });
    expect(attributes.vpc_subnet_ids).toMatchObject({ type: ["set", "string"], given: "required" });
    expect(attributes.tags).toMatchObject({ type: ["map", "string"], given: "optional" });
    expect(attributes.endpoint).toMatchObject({ type: "string", given: "never", computed: true });
  });

  it("tells lists, sets, single blocks, and blocks of which one is allowed or required apart", () => {
    const cluster = readBinding(aws, "resource", "aws_rds_cluster").blocks;
    expect(cluster.serverlessv2_scaling_configuration).toMatchObject({ nesting: "list", min: 0, max: 1 });
    expect(cluster.timeouts).toMatchObject({ nesting: "single", min: 0, max: 0 });
    expect(readBinding(aws, "resource", "aws_vpc_endpoint").blocks.subnet_configuration).toMatchObject({
      nesting: "set",
      max: 0,
    });
    expect(readBinding(aws, "resource", "aws_wafv2_web_acl").blocks.default_action).toMatchObject({ min: 1, max: 1 });
  });

  it("knows attributes that hold objects, whether the program or the cloud sets them", () => {
    const group = readBinding(aws, "resource", "aws_security_group").attributes;
    expect(group.ingress).toMatchObject({ given: "optional", type: ["set", ["object", { from_port: "number" }]] });
    const cluster = readBinding(aws, "resource", "aws_rds_cluster").attributes;
    expect(cluster.master_user_secret).toMatchObject({
      given: "never",
      type: ["list", ["object", { kms_key_id: "string", secret_arn: "string", secret_status: "string" }]],
    });
  });

  it("has an optional block that cdktf gives another name", () => {
    const source = `
class Image extends cdktf.TerraformResource {
    resetBuildAttribute() {
        this._build.internalValue = undefined;
    }
    synthesizeHclAttributes() {
        const attrs = {
            build: {
                value: imageBuildToHclTerraform(this._build.internalValue),
                isBlock: true,
                type: "list",
                storageClassType: "ImageBuildList",
            },
        };
    }
}
`;
    expect(blockOfBinding(source, "TerraformResource").blocks.build).toMatchObject({ nesting: "list", min: 0, max: 1 });
  });

  it("can be had of every resource and data source that is installed", () => {
    const memberless: string[] = [];
    for (const provider of bindings) {
      for (const folder of readdirSync(provider.folder, { withFileTypes: true })) {
        if (!folder.isDirectory() || /^(provider|.*functions)$/.test(folder.name)) continue;
        const type = folder.name.replaceAll("-", "_");
        const block = type.startsWith("data_")
          ? readBinding(provider, "data", type.slice("data_".length))
          : readBinding(provider, "resource", `${provider.name}_${type}`);
        if (members(block) === 0) memberless.push(type);
      }
    }
    expect(memberless).toEqual([]);
  });
});

const members = ({ attributes, blocks, open }: Block) =>
  Object.keys(attributes).length + Object.keys(blocks).length + open.length;

it("what the provider's table names exists in the bindings", () => {
  const table = JSON.parse(readFileSync("packages/rehearsal/src/facts/data/aws-provider.json", "utf8"));
  // Every tenth type: to read all takes seconds.
  const types = Object.keys(table.types).filter((_type, index) => index % 10 === 0);
  expect(types.length).toBeGreaterThan(100);
  const unknown = types.flatMap((type) => {
    const block = readBinding(aws, "resource", type);
    const { computed, sensitive, defaults, blocks } = facts.schema(type);
    const { replaces } = table.types[type];
    const paths = [...computed, ...sensitive, ...Object.keys(defaults), ...Object.keys(blocks), ...words(replaces)];
    return paths.filter((path) => !exists(path.split("."), block)).map((path) => `${type} ${path}`);
  });
  expect(unknown).toEqual([]);
});

function exists([name = "", ...rest]: readonly string[], { attributes, blocks, open }: Block): boolean {
  const nested = blocks[name];
  if (nested !== undefined) return rest.length === 0 || exists(rest, nested.block);
  return name in attributes || open.includes(name);
}

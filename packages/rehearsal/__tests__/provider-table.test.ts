import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { printedTypes } from "../scripts/printed-schema";
import { Enums } from "../scripts/provider/enums";
import { AttributeNames } from "../scripts/provider/names";
import { javascriptPattern } from "../scripts/provider/patterns";
import { providerFacts } from "../scripts/provider/table";

const provider = "github.com/hashicorp/terraform-provider-aws";
const service = `${provider}/internal/service/some`;
const imports = `import (
	"context"
	"fmt"
	"unique"

	"github.com/YakDriver/regexache"
	awstypes "github.com/aws/aws-sdk-go-v2/service/some/types"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	fwschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/customdiff"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation"
	"${provider}/internal/enum"
	fwtypes "${provider}/internal/framework/types"
	"${provider}/internal/verify"
	"${provider}/names"
)
`;

/** The facts of the only type of a provider whose source is these declarations. */
async function factsOf(kind: "SDKResources" | "FrameworkResources", declared: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "provider-"));
  const write = (file: string, bytes: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), bytes);
  };
  try {
    const registered = `func (p *servicePackage) ${kind}(ctx context.Context) []*registered {
	return []*registered{{Factory: newThing, TypeName: "aws_some_thing", Region: unique.Make(regions{IsOverrideEnabled: ${kind === "FrameworkResources"}})}}
}`;
    const all = {
      ...declared,
      [`method.servicePackage.${kind}`]: registered,
      "type.registered": "type registered struct {\n}",
      "type.regions": "type regions struct {\n}",
    };
    for (const [name, text] of Object.entries(all))
      write(`internal/service/some/${name}.goindex`, `package ${service}\n${imports}${text}\n`);
    const model = {
      metadata: { serviceId: "Some" },
      shapes: { Mode: { enum: ["on", "off-line"] }, Name: {} },
    };
    write("models/some/2020-01-01/service-2.json.gz", gzipSync(JSON.stringify(model)));
    const names = new AttributeNames(new Map([["aws_some_thing", new Set(["kms_key_id", "name"])]]));
    const { types, unread, failed } = await providerFacts(folder, names, new Enums(join(folder, "models")));
    expect([...failed]).toEqual([]);
    return { facts: types.get("aws_some_thing")?.form(), unread: [...unread.keys()] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ofSdk = (members: string, more: Readonly<Record<string, string>> = {}, resource = "") =>
  factsOf("SDKResources", {
    "func.newThing": `func newThing() *schema.Resource {
	return &schema.Resource{
		Schema: map[string]*schema.Schema{
${members}
		},
${resource}
	}
}`,
    ...more,
  });

const ofFramework = (members: string, more: Readonly<Record<string, string>> = {}) =>
  factsOf("FrameworkResources", {
    "func.newThing": "func newThing(ctx context.Context) (*thing, error) {\n\treturn &thing{}, nil\n}",
    "type.thing": "type thing struct {\n}",
    "method.thing.Schema": `func (r *thing) Schema(ctx context.Context, request any, response *fwschema.Response) {
	response.Schema = fwschema.Schema{
${members}
	}
}`,
    ...more,
  });

describe("of terraform-plugin-sdk", () => {
  it("attributes and blocks are read", async () => {
    const { facts, unread } = await ofSdk(
      `names.AttrKMSKeyID: {Type: schema.TypeString, Optional: true, Computed: true, ForceNew: true},
"secret": {Type: schema.TypeString, Required: true, Sensitive: true, ConflictsWith: []string{"rule.0.kind"}},
"old": {Type: schema.TypeString, Optional: true, Deprecated: "use new", Default: awstypes.ModeOffLine, RequiredWith: []string{"secret"}},
"rule": {Type: schema.TypeList, Required: true, MaxItems: 2, Elem: &schema.Resource{Schema: ruleSchema()}},
"seen": {Type: schema.TypeList, Computed: true, Elem: &schema.Resource{Schema: map[string]*schema.Schema{
	"token": {Type: schema.TypeString, Computed: true, Sensitive: true},
}}},`,
      {
        "func.ruleSchema": `func ruleSchema() map[string]*schema.Schema {
	s := map[string]*schema.Schema{"kind": {Type: schema.TypeString, Optional: true}}
	s["kind"].ForceNew = true
	return s
}`,
      },
    );
    expect(unread).toEqual([]);
    expect(facts).toEqual({
      replaces: "kms_key_id rule.kind",
      computed: "kms_key_id",
      sensitive: "secret seen.token",
      defaults: { old: "off-line" },
      deprecated: { old: "use new" },
      items: { rule: [1, 2] },
      conflicts: { secret: "rule.kind" },
      requires: { old: "secret" },
    });
  });

  it.each<[string, unknown]>([
    ['validation.StringInSlice([]string{"a"}, true)', [{ enum: ["a"], fold: true }]],
    ['validation.StringInSlice(append(enum.Values[awstypes.Mode](), "x"), false)', [{ enum: ["on", "off-line", "x"] }]],
    ["validation.StringInSlice(enum.Slice(awstypes.ModeOn), false)", [{ enum: ["on"] }]],
    ["enum.Validate[awstypes.Mode]()", [{ enum: ["on", "off-line"] }]],
    ["validation.IntBetween(128, 10240)", [{ range: [128, 10240] }]],
    ["validation.IntAtLeast(1)", [{ range: [1, null] }]],
    ["validation.FloatAtMost(0.5)", [{ range: [null, 0.5] }]],
    ["validation.IsPortNumber", [{ range: [1, 65535] }]],
    ["validation.IntDivisibleBy(64)", [{ divisibleBy: 64 }]],
    ["validation.StringIsNotEmpty", [{ length: [1, null] }]],
    ["validation.ToDiagFunc(validation.StringLenBetween(1, 8))", [{ length: [1, 8] }]],
    [
      'validation.StringDoesNotMatch(regexache.MustCompile(`(?i)^aws`), "no aws")',
      [{ pattern: "^aws", flags: "i", not: true, message: "no aws" }],
    ],
    ["verify.ValidARN", [{ is: "arn" }]],
    ["validation.All(verify.ValidAccountID, validation.StringIsJSON)", [{ is: "account" }, { is: "json" }]],
    ["validation.Any(validation.IsCIDR, validation.IsIPAddress)", [{ any: [[{ is: "cidr" }], [{ is: "ip" }]] }]],
    [
      "validThing",
      [{ pattern: "^[a-z]", message: "must begin with a letter" }, { length: [0, 8] }, { pattern: "--", not: true }],
    ],
    // What may be empty holds for the rest of it.
    ["validMaybe", [{ any: [[{ length: [0, 0] }], [{ length: [3, null] }]] }]],
    ["validEither", [{ enum: [5, 60] }]],
    // One side may be what nobody understands.
    ["validation.Any(validation.IsCIDR, nobodyKnows)", undefined],
    ["nobodyKnows", undefined],
  ])("%s is a rule", async (validator, rules) => {
    const { facts } = await ofSdk(`"name": {Type: schema.TypeString, Optional: true, ValidateFunc: ${validator}},`, {
      "func.validThing": `func validThing(v any, k string) (ws []string, errors []error) {
	value := v.(string)
	if !regexache.MustCompile("^[a-z]").MatchString(value) {
		errors = append(errors, fmt.Errorf("%q must begin with a letter", k))
	}
	if len(value) > 8 {
		errors = append(errors, fmt.Errorf("%q is too long: %q", k, value))
	} else if regexache.MustCompile("--").MatchString(value) {
		errors = append(errors, fmt.Errorf("%q: two hyphens: %q", k, value))
	}
	return
}`,
      "func.validMaybe": `func validMaybe(v any, k string) (ws []string, errors []error) {
	value := v.(string)
	if value == "" {
		return ws, errors
	}
	if len(value) < 3 {
		errors = append(errors, fmt.Errorf("%q is too short: %q", k, value))
	}
	return
}`,
      "func.validEither": `func validEither(v any, k string) (ws []string, errors []error) {
	value := v.(int)
	if value != 5 && value != 60 {
		errors = append(errors, fmt.Errorf("%q is neither 5 nor 60", k))
	}
	if value != 7 {
		if isOdd(value) {
			errors = append(errors, fmt.Errorf("%q is odd", k))
		}
	}
	if value != 1 && isOdd(value) {
		errors = append(errors, fmt.Errorf("%q is odd", k))
	}
	return
}`,
      "func.nobodyKnows": `func nobodyKnows(v any, k string) (ws []string, errors []error) {
	if isOdd(v) {
		return
	}
	if len(v.(string)) > 3 {
		errors = append(errors, fmt.Errorf("too long"))
	}
	return
}`,
    });
    expect(facts).toEqual(rules === undefined ? {} : { values: { name: rules } });
  });

  it("what a diff replaces at times is told from what it always replaces", async () => {
    const { facts } = await ofSdk(
      '"name": {Type: schema.TypeString, Optional: true, ForceNew: true},',
      {
        "func.customize": `func customize(ctx context.Context, d *schema.ResourceDiff, meta any) error {
	for _, k := range []string{"a", "b"} {
		if d.HasChange(k) {
			d.ForceNew(k)
		}
	}
	return deeper("block.0.d", d)
}`,
        "func.deeper":
          'func deeper(passed string, d *schema.ResourceDiff) error { key := "block.0.c"; d.ForceNew(key); return d.ForceNew(passed) }',
      },
      'CustomizeDiff: customdiff.All(customdiff.ForceNewIfChange("name", isNewer), customdiff.ForceNewIf("size", isLess), customize),',
    );
    expect(facts).toEqual({ replaces: "name", sometimes: "a b block.c block.d size" });
  });
});

it("of terraform-plugin-framework, attributes, blocks and what they say of each other are read", async () => {
  const { facts, unread } = await ofFramework(
    `Attributes: map[string]fwschema.Attribute{
	names.AttrName: fwschema.StringAttribute{Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}},
	"version": fwschema.StringAttribute{Optional: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplaceIf(isOlder, "", "")}},
	"mode": fwschema.StringAttribute{CustomType: fwtypes.StringEnumType[awstypes.Mode](), Optional: true, Computed: true, Default: stringdefault.StaticString("on")},
	"size": fwschema.Int64Attribute{Optional: true, Validators: []validator.Int64{int64validator.Between(1, 9), int64validator.ConflictsWith(path.MatchRoot("mode"))}},
	"tags": fwschema.ListAttribute{Optional: true, Validators: []validator.List{listvalidator.SizeAtMost(3), listvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(2))}},
},
Blocks: map[string]fwschema.Block{
	"rule": fwschema.ListNestedBlock{
		Validators: []validator.List{listvalidator.IsRequired()},
		PlanModifiers: []planmodifier.List{listplanmodifier.RequiresReplace()},
		NestedObject: fwschema.NestedBlockObject{
			Attributes: map[string]fwschema.Attribute{
				"a": fwschema.StringAttribute{Optional: true, Validators: []validator.String{
					stringvalidator.ExactlyOneOf(path.MatchRelative().AtParent().AtName("a"), path.MatchRelative().AtParent().AtName("b")),
					stringvalidator.AlsoRequires(path.MatchRelative().AtParent().AtParent().AtParent().AtName("size")),
				}},
				"b": fwschema.StringAttribute{Optional: true, Sensitive: true},
			},
		},
	},
},`,
    {
      "method.thing.ConfigValidators":
        'func (r *thing) ConfigValidators(ctx context.Context) []any { return []any{resourcevalidator.AtLeastOneOf(path.MatchRoot("size"), path.MatchRoot("mode"))} }',
      "method.thing.ModifyPlan": `func (r *thing) ModifyPlan(ctx context.Context, request any, response *fwschema.Response) {
	response.RequiresReplace = append(response.RequiresReplace, path.Root("tags"))
	response.RequiresReplace = []path.Path{path.Root("block").AtListIndex(0).AtName("inner")}
}`,
    },
  );
  expect(unread).toEqual([]);
  expect(facts).toEqual({
    framework: true,
    // A change inside of a block that is replaced as a whole replaces too.
    replaces: "name region rule rule.a rule.b",
    sometimes: "block.inner tags version",
    computed: "mode region",
    sensitive: "rule.b",
    defaults: { mode: "on" },
    items: { rule: [1, 0], tags: [0, 3] },
    conflicts: { size: "mode" },
    requires: { "rule.a": "size" },
    exactlyOne: ["rule.a rule.b"],
    atLeastOne: ["mode size"],
    values: { mode: [{ enum: ["on", "off-line"] }], size: [{ range: [1, 9] }], tags: [{ length: [2, null] }] },
  });
});

it.each([
  ["\\A[[:alpha:]_]+\\z", "^[A-Za-z_]+$", "a_", "1"],
  ["^[]a]$", "^[\\]a]$", "]", "b"],
  ["^(?P<x>\\s)$", "^(?<x>[\\t\\n\\f\\r ])$", " ", "\u00a0"],
  ["^\\x{41}$", "^\\u0041$", "A", "x"],
  ["^[[:digit:]-]$", "^[0-9-]$", "-", "a"],
])("Go's pattern %s is %s", (go, pattern, fits, differs) => {
  expect(javascriptPattern(go)).toEqual({ pattern });
  expect([new RegExp(pattern).test(fits), new RegExp(pattern).test(differs)]).toEqual([true, false]);
});

it("a pattern that JavaScript cannot say is none", () => {
  expect(javascriptPattern("^\\p{L}+$")).toBeUndefined();
});

/** Lists of paths and limits of numbers as the table has them. */
interface Entry {
  readonly framework?: boolean;
  readonly computed?: string;
  readonly sensitive?: string;
  readonly items?: Readonly<Record<string, readonly [number, number]>>;
}
const table: { types: Readonly<Record<string, Entry>> } = JSON.parse(
  readFileSync(join(__dirname, "../src/facts/data/aws-provider.json"), "utf8"),
);
// What `terraform providers schema -json` of the table's version prints, without texts and types.
const printed = printedTypes(JSON.parse(readFileSync(join(__dirname, "printed-schema.json"), "utf8")));

describe("the table agrees with what Terraform itself prints", () => {
  it.each([...printed])("of %s", (type, { attributes, blocks }) => {
    const { framework = false, computed = "", sensitive = "", items = {} } = table.types[type] ?? {};
    const paths = (list: string) => list.split(" ").filter((path) => path !== "" && path !== "id" && !blocks.has(path));
    const so = (kind: "computed" | "sensitive") =>
      [...attributes].filter(([path, one]) => one[kind] && path !== "id").map(([path]) => path);
    expect(paths(computed)).toEqual(so("computed").sort());
    expect(paths(sensitive)).toEqual(so("sensitive").sort());
    const most = [...blocks].flatMap(([path, { max }]) => (max > 0 ? [[path, max]] : []));
    const limits = Object.entries(items).flatMap(([path, [, max]]) =>
      max > 0 && blocks.has(path) ? [[path, max]] : [],
    );
    // The framework's limits are in validators, which no schema prints.
    if (!framework) expect(Object.fromEntries(limits)).toEqual(Object.fromEntries(most));
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Tally } from "../scripts/kept-aside";
import { replacedAttributes } from "../scripts/provider-source";
import { aws } from "../src/facts/aws";
import { installedBindings } from "../src/schema/packages";
import { ProgramSchema, References } from "../src/schema/program";

/** An attribute inside of blocks as it is served. The provider's own schema (6.25.0) is the oracle of these tests. */
function served(type: string, ...path: readonly string[]) {
  const bindings = installedBindings().find(({ name }) => name === "aws");
  if (bindings === undefined) throw new Error("@cdktf/provider-aws is not installed");
  const program = new ProgramSchema(bindings, new References(), aws);
  program.use("resource", type, {});
  const block = path.slice(0, -1).reduce((at, name) => at?.blocks[name]?.block, program.schema().resource[type]);
  return block?.attributes[path.at(-1) ?? ""];
}

it.each([
  ["aws_instance", "root_block_device", "volume_type"],
  ["aws_acm_certificate", "options", "export"],
  ["aws_accessanalyzer_archive_rule", "filter", "contains"],
  ["aws_appsync_datasource", "dynamodb_config", "region"],
  ["aws_eks_node_group", "launch_template", "id"],
])("%s fills in what a program leaves out of its blocks: %s.%s", (type, ...path) => {
  expect(served(type, ...path)).toMatchObject({ given: "optional", computed: true });
});

it("a block's argument that the cloud does not fill in is left out", () => {
  expect(served("aws_instance", "credit_specification", "cpu_credits")).toMatchObject({ computed: false });
});

it.each([
  ["aws_mq_broker", "user", "password"],
  ["aws_cloudwatch_event_connection", "auth_parameters", "api_key", "value"],
  ["aws_cloudwatch_event_connection", "auth_parameters", "invocation_http_parameters", "header", "value"],
  ["aws_codepipeline_webhook", "authentication_configuration", "secret_token"],
  ["aws_memorydb_user", "authentication_mode", "passwords"],
])("%s hides %s.%s", (type, ...path) => {
  expect(served(type, ...path)).toMatchObject({ sensitive: true });
});

it.each([
  ["aws_cognito_user_pool_client", "token_validity_units", "access_token"],
  ["aws_lb_listener", "default_action", "authenticate_oidc", "client_id"],
])("%s shows %s.%s", (type, ...path) => {
  expect(served(type, ...path)?.sensitive ?? false).toBe(false);
});

it("recall and precision are counted for the types kept aside and for the others", () => {
  const tally = new Tally();
  tally.add("replaces", "aws_sqs_queue", new Set(["name", "fifo_queue"]), new Set(["name", "policy", "tags"]));
  expect(tally.table()).toMatch(/^\| replaces \| (kept aside|others) \| 1 \| 2 \| 0\.500 \| 0\.333 \|$/m);
});

it("what replaces a type is read from the provider's source", () => {
  const folder = mkdtempSync(join(tmpdir(), "provider-"));
  try {
    mkdirSync(join(folder, "internal/service/some"), { recursive: true });
    writeFileSync(
      join(folder, "internal/service/some/thing.go"),
      `// @SDKResource("aws_some_thing", name="Thing")
func resourceThing() *schema.Resource {
	return &schema.Resource{
		CreateWithoutTimeout: resourceThingCreate,

		Schema: map[string]*schema.Schema{
			"arn": {
				Type:     schema.TypeString,
				Computed: true,
			},
			"name": {
				Type:         schema.TypeString,
				Required:     true,
				ForceNew:     true,
				ValidateFunc: validation.StringMatch(regexp.MustCompile("^[a-z{]$"), ""),
			},
			"rule": {
				Type:     schema.TypeList,
				Optional: true,
				Elem: &schema.Resource{
					Schema: map[string]*schema.Schema{
						"kind": {Type: schema.TypeString, Required: true, ForceNew: true},
					},
				},
			},
		},
	}
}
`,
    );
    expect(replacedAttributes(folder)).toEqual(
      new Map([
        [
          "aws_some_thing",
          new Map([
            ["name", true],
            ["rule", false],
          ]),
        ],
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each([
  ["aws_dms_replication_instance", "publicly_accessible", "replaces"],
  ["aws_flow_log", "traffic_type", "replaces"],
  ["aws_dx_bgp_peer", "amazon_address", "replaces"],
  ["aws_glue_dev_endpoint", "extra_jars_s3_path", "in place"],
  ["aws_ssm_parameter", "description", "in place"],
  ["aws_db_instance", "identifier", "in place"],
])("%s.%s is %s by the provider's source", (type, attribute, state) => {
  expect(aws.replacement(type, attribute)).toBe(state);
});

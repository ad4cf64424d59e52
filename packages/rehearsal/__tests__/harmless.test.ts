import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expression } from "./corpus/program";
import { canary, folder, outside, watch } from "./harmless-folder";
import { generatedBindings } from "./programs/generated-bindings";
import { synthesized, written } from "./programs/written";

jest.setTimeout(300_000);

/** A shell of a person with credentials and settings, each of which would lead Terraform astray. */
const settings = {
  AWS_PROFILE: "production",
  AWS_ENDPOINT_URL_S3: "http://192.0.2.1",
  TF_CLI_ARGS: "-no-such-flag",
  TF_WORKSPACE: "production",
  TF_DATA_DIR: join(folder, "data"),
  TF_LOG_PATH: canary,
  TF_LOG: "trace",
  HTTPS_PROXY: "http://192.0.2.1:3128",
};

const resource = { terraform_data: { it: { input: 1 } } };

/** Every backend of Terraform: https://github.com/hashicorp/terraform/blob/v1.11.4/internal/backend/init/init.go */
const backends = (): Record<string, object> => {
  const host = `127.0.0.1:${outside.port}`;
  const key = Buffer.from("key").toString("base64");
  return {
    local: { path: join(folder, "states", "own.tfstate") },
    s3: { bucket: "some", key: "k", region: "eu-west-1", profile: "prod", endpoints: { s3: `http://${host}` } },
    gcs: { bucket: "some", prefix: "p", access_token: "token" },
    azurerm: { storage_account_name: "some", container_name: "c", key: "k", access_key: key },
    remote: { hostname: "app.example.com", organization: "some", token: "t", workspaces: { name: "w" } },
    http: { address: `http://${host}/state` },
    pg: { conn_str: `postgres://${host}/state` },
    consul: { address: host, scheme: "http", path: "state" },
    kubernetes: { secret_suffix: "state", host: `http://${host}` },
    oss: { bucket: "some", key: "k", access_key: "a", secret_key: "s", region: "cn-beijing" },
    cos: { bucket: "some-1", region: "ap-guangzhou", secret_id: "i", secret_key: "k" },
    inmem: {},
  };
};

const types = "local s3 gcs azurerm remote http pg consul kubernetes oss cos inmem cloud".split(" ");

test("no type of backend is dialled, and no state of the program's own is read or written", async () => {
  const cloud = { hostname: "app.example.com", token: "t", organization: "some", workspaces: { name: "w" } };
  const stacks = types.map((type) => [
    type,
    { terraform: type === "cloud" ? { cloud } : { backend: { [type]: backends()[type] } }, resource },
  ]);
  const program = synthesized(join(folder, "backends"), Object.fromEntries(stacks));
  written(folder, { "states/own.tfstate": "the program's own state" });
  const unchanged = watch(folder);
  const { exitCode, stdout, stderr, connections } = await outside.rehearsal(["plan", program, "--json"], settings);
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(
    JSON.parse(stdout)
      .stacks.map(({ stack }: { stack: string }) => stack)
      .sort(),
  ).toEqual(types.toSorted());
  for (const type of types) if (type !== "s3") expect(stderr).toMatch(new RegExp(`^kept .*backend ${type}(,|$)`, "m"));
  expect(connections).toBe(0);
  expect(unchanged()).toBe(false);
});

test("no state of others is read from where it is, in a check neither", async () => {
  const read = types.filter((type) => type !== "inmem" && type !== "cloud");
  const states = read.map((type) => [type, { backend: type, config: backends()[type] }]);
  const output = (type: string) => `\${data.terraform_remote_state.${type}.outputs.id}`;
  const program = written(join(folder, "states-of-others"), {
    "main.tf.json": JSON.stringify({
      data: { terraform_remote_state: Object.fromEntries(states) },
      output: { ids: { value: read.map(output) } },
    }),
    "check.tf": `
      check "other" {
        data "terraform_remote_state" "checked" {
          backend = "http"
          config  = { address = "http://127.0.0.1:${outside.port}/state" }
        }
        assert {
          condition     = data.terraform_remote_state.checked.outputs.id == "mine"
          error_message = "none"
        }
      }`,
    "rehearsal.answers.yaml": `states: { ${[...read, "checked"].map((type) => `${type}: { id: mine }`).join(", ")} }`,
  });
  const unchanged = watch(folder);
  const { exitCode, stdout, stderr, connections } = await outside.rehearsal(["plan", program]);
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout.match(/^ +\+ "mine",?$/gm)).toHaveLength(read.length);
  expect(stdout).not.toContain("Warning");
  expect(connections).toBe(0);
  expect(unchanged()).toBe(false);
});

/** Ways to have something run, each with a file of its own that shows that it did, or by a connection. */
const provisioners = [
  'provisioner "local-exec" {\n command = "touch CANARY"\n}',
  'provisioner "local-exec" {\n when = destroy\n command = "touch CANARY"\n}',
  'provisioner "local-exec" {\n interpreter = ["touch"]\n command = "CANARY"\n}',
  'provisioner "remote-exec" {\n inline = ["true"]\n}',
  'provisioner "file" {\n content = "x"\n destination = "/x"\n}',
];

test("no type of provisioner runs, in no module", async () => {
  const canaries = join(folder, "canaries");
  mkdirSync(canaries);
  const provisioned = (module: string) =>
    provisioners.map(
      (provisioner, index) => `
        resource "terraform_data" "number_${index}" {
          connection {
            type     = "ssh"
            host     = "127.0.0.1"
            port     = ${outside.port}
            user     = "root"
            password = "p"
            timeout  = "1s"
          }
          ${provisioner.replace("CANARY", join(canaries, `${module}-${index}`))}
        }`,
    );
  const program = written(join(folder, "provisioned"), {
    "main.tf": `${provisioned("root").join("\n")}\nmodule "inner" {\n  source = "./inner"\n}`,
    "inner/main.tf": provisioned("inner").join("\n"),
  });
  const unchanged = watch(program);
  const { exitCode, stdout, stderr, connections } = await outside.rehearsal(["rehearse", program, "--json"]);
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(stdout).stacks).toMatchObject([{ added: 10, destroyed: 10 }]);
  expect(stderr).toMatch(/6 x provisioner local-exec, 2 x provisioner remote-exec, 2 x provisioner file/);
  expect({ ran: readdirSync(canaries), connections }).toEqual({ ran: [], connections: 0 });
  expect(unchanged()).toBe(false);
});

test("no provisioner of a removed resource runs when a plan starts from a program that has it", async () => {
  const touch = `touch ${canary}`;
  const kept = { it: { input: 1 } };
  const removed = [
    {
      from: "terraform_data.gone",
      lifecycle: { destroy: true },
      provisioner: { "local-exec": { when: "destroy", command: touch } },
    },
  ];
  const hcl = `
    removed { # a brace in a comment: }
      from = terraform_data.lost
      lifecycle {
        destroy = true
      }
      provisioner "local-exec" {
        when    = destroy
        command = "${touch}; echo \${"}"}"
      }
    }`;
  // Another stack reads the first, so that its plan is applied.
  const reader = {
    data: { terraform_remote_state: { "cross-stack-reference-input-first": { backend: "local", config: {} } } },
    output: { id: { value: expression("data.terraform_remote_state.cross-stack-reference-input-first.outputs.id") } },
  };
  const first = { resource: { terraform_data: kept }, output: { id: { value: 1 } } };
  const both = (out: string, configuration: object) => {
    const program = synthesized(join(folder, out), { first: configuration, second: reader });
    const manifest = JSON.parse(readFileSync(join(program, "manifest.json"), "utf8"));
    manifest.stacks.second.dependencies = ["first"];
    return written(program, { "manifest.json": JSON.stringify(manifest) });
  };
  const old = both("had", { ...first, resource: { terraform_data: { ...kept, gone: {}, lost: {} } } });
  const now = written(both("has", { ...first, removed }), { "stacks/first/more.tf": hcl });
  const unchanged = watch(now);
  const { exitCode, stdout, stderr } = await outside.rehearsal(["plan", now, "--from", old, "--json"]);
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(stdout).stacks[0]).toMatchObject({ stack: "first", destroy: 2 });
  expect(stderr).toContain("2 x provisioner of a removed block");
  expect(unchanged()).toBe(false);
});

test("an external data source's program does not run, and a URL is not asked", async () => {
  const program = written(join(folder, "data"), {
    ...generatedBindings("hashicorp/http", "3.5.0", { "data-http": ["url", "response_body!"] }),
    ...generatedBindings("hashicorp/external", "2.3.5", { "data-external": ["program", "result!"] }),
    ".gen/versions.json": '{"hashicorp/http":"3.5.0","hashicorp/external":"2.3.5"}',
    "main.tf": `
      data "external" "it" {
        program = "${canary}"
      }
      data "http" "it" {
        url = "http://127.0.0.1:${outside.port}/"
      }
      check "it" {
        data "external" "checked" {
          program = "${canary}"
        }
        assert {
          condition     = data.external.checked.result != ""
          error_message = "none"
        }
      }
      output "it" {
        value = [data.external.it.result, data.http.it.response_body]
      }`,
  });
  const unchanged = watch(program);
  const { exitCode, stderr, connections } = await outside.rehearsal(["plan", program]);
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stderr).toContain("2 x data external");
  expect({ canary: unchanged(), connections }).toEqual({ canary: false, connections: 0 });
});

test("a provider that only Terraform sees a need of is looked for in no registry", async () => {
  const program = written(join(folder, "registry"), {
    "main.tf": 'import {\n  to = teapot_kettle.it\n  id = "1"\n}\nresource "terraform_data" "it" {}',
  });
  const { exitCode, stderr, connections } = await outside.rehearsal(["plan", program]);
  expect({ exitCode, stderr, connections }).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/hashicorp\/teapot was not\s+found/),
    connections: 0,
  });
});

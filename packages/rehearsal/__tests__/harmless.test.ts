import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { synthesized, written } from "./programs/written";

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), "harmless-"));
const canary = join(folder, "canary");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Bytes and times of every file of a folder, and which there are. */
const watched = (watchedFolder: string) =>
  readdirSync(watchedFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [file, readFileSync(file, "utf8"), statSync(file).mtimeMs]);

/** A shell of a person with credentials and settings, each of which would lead Terraform astray. */
const settings = {
  AWS_PROFILE: "production",
  AWS_ENDPOINT_URL_S3: "http://192.0.2.1",
  TF_CLI_ARGS: "-no-such-flag",
  TF_WORKSPACE: "production",
  TF_DATA_DIR: join(folder, "data"),
  HTTPS_PROXY: "http://192.0.2.1:3128",
};

/** Runs the command where there is no network but this machine's own, if the machine lets us. */
async function offline(args: readonly string[]) {
  const alone = ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
  const { failed } = await execa("unshare", [...alone.slice(1), "true"], { reject: false });
  const [program = "", ...rest] = [
    ...(failed ? [] : alone),
    process.execPath,
    "ops/run.mjs",
    "packages/rehearsal/src/cli.ts",
    ...args,
  ];
  const { exitCode, stdout, stderr } = await execa(program, rest, { env: settings, reject: false });
  return { exitCode, stdout, stderr };
}

const local = join(folder, "states", "own.tfstate");
const backends: Record<string, object> = {
  local: { path: local },
  s3: {
    bucket: "some",
    key: "k",
    region: "eu-west-1",
    profile: "prod",
    assume_role: { role_arn: "arn:aws:iam::1:role/r" },
  },
  gcs: { bucket: "some", prefix: "p" },
  azurerm: { storage_account_name: "some", container_name: "c", key: "k", resource_group_name: "g" },
  remote: { organization: "some", workspaces: { name: "w" } },
  http: { address: "http://192.0.2.1/state" },
  pg: { conn_str: "postgres://192.0.2.1/state" },
  consul: { address: "192.0.2.1:8500", path: "state" },
  kubernetes: { secret_suffix: "state", host: "https://192.0.2.1" },
  oss: { bucket: "some", key: "k" },
  cos: { bucket: "some", region: "r" },
};

test("no type of backend is dialled, and no state of the program's own is read or written", async () => {
  const resource = { terraform_data: { it: { input: 1 } } };
  const stacks = Object.entries(backends).map(([type, body]) => [
    type,
    { terraform: { backend: { [type]: body } }, resource },
  ]);
  const cloud = { terraform: { cloud: { organization: "some", workspaces: { name: "w" } } }, resource };
  const program = synthesized(join(folder, "backends"), { ...Object.fromEntries(stacks), cloud });
  written(folder, { "states/own.tfstate": "the program's own state" });
  const before = watched(folder);
  const { exitCode, stdout, stderr } = await offline(["plan", program, "--json"]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(stdout).stacks).toHaveLength(12);
  expect(stderr).toMatch(/^kept from running or from use here: .*backend gcs/m);
  expect(watched(folder)).toEqual(before);
});

test("no provisioner runs, in no module, nor does an external data source", async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const provisioned = (name: string) => `
    resource "terraform_data" "${name}" {
      connection {
        type    = "ssh"
        host    = "127.0.0.1"
        port    = ${port}
        user    = "root"
        timeout = "1s"
      }
      provisioner "local-exec" {
        command = "touch ${canary}"
      }
      provisioner "local-exec" {
        when    = destroy
        command = "touch ${canary}"
      }
      provisioner "remote-exec" {
        inline = ["touch ${canary}"]
      }
      provisioner "file" {
        content     = "x"
        destination = "${canary}"
      }
    }`;
  const program = written(join(folder, "provisioned"), {
    "main.tf": `${provisioned("root")}\nmodule "inner" {\n  source = "./inner"\n}`,
    "inner/main.tf": provisioned("inner"),
  });
  const before = watched(program);
  const { exitCode, stdout, stderr } = await offline(["rehearse", program, "--json"]);
  server.close();
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(stdout)).toEqual({ stacks: [{ stack: "provisioned", added: 2, destroyed: 2 }] });
  expect(stderr).toContain("4 x provisioner local-exec");
  expect({ canary: existsSync(canary), connections }).toEqual({ canary: false, connections: 0 });
  expect(watched(program)).toEqual(before);
});

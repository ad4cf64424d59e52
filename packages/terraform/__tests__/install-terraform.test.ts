import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { deflateRawSync } from "node:zlib";

/** A zip archive of one file, as HashiCorp's are. */
function zip(name: string, content: string): Buffer {
  const packed = deflateRawSync(content);
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(8, 4);
  header.writeUInt32LE(packed.length, 14);
  header.writeUInt32LE(content.length, 18);
  header.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), header, Buffer.from(name), packed]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), header, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

const release = '#!/bin/sh\necho \'{"terraform_version": "1.11.4"}\'\n';
let folder: string;
let mirror: Server;
let served: Buffer;
let base: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "install-terraform-"));
  served = zip("terraform", release);
  mirror = createServer((_request, response) => response.end(served)).listen(0, "127.0.0.1");
  await once(mirror, "listening");
  const address = mirror.address();
  base = typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "";
});

afterEach(() => {
  mirror.close();
  mirror.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

/** A folder for the PATH with a Terraform that says it is of this version. */
function terraformOf(version: string): string {
  const path = join(folder, "bin");
  mkdirSync(path);
  writeFileSync(join(path, "terraform"), `#!/bin/sh\necho '{"terraform_version": "${version}"}'\n`, { mode: 0o755 });
  return path;
}

/** Runs the program in the folder; a real `sh` is on the PATH, the machine's own Terraform is not. */
async function node(args: string[], { path = "", releases = base } = {}) {
  const shell = join(folder, "shell");
  mkdirSync(shell, { recursive: true });
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: `${path}:${shell}`, TERRAFORM_RELEASES: releases },
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = await once(child, "close");
  return { code, said };
}

const entry = resolve("packages/terraform/src/install-terraform.mjs");
const tools = () => (existsSync(join(folder, ".tools")) ? readdirSync(join(folder, ".tools")) : []);

/** Installs with the sums of the archive given here instead of the pinned ones. */
function install(archive: Buffer) {
  const sum = createHash("sha256").update(archive).digest("hex");
  const sums = `new Proxy({}, { get: () => "${sum}" })`;
  const module = resolve(dirname(entry), "terraform-release.mjs");
  return node([
    "--input-type=module",
    "--eval",
    `import { installRelease } from ${JSON.stringify(module)};
     await installRelease({ base: process.env.TERRAFORM_RELEASES, sums: ${sums}, folder: ".tools" });`,
  ]);
}

describe("the Terraform of this project", () => {
  it("is the one on the PATH when that is 1.10 or newer, and nothing is downloaded", async () => {
    await expect(node([entry], { path: terraformOf("1.10.0") })).resolves.toEqual({ code: 0, said: "" });
    expect(tools()).toEqual([]);
  });

  it("is the pinned release, checked against its sum, when the PATH has none", async () => {
    expect((await install(served)).code).toBe(0);
    expect(tools()).toEqual(["terraform"]);
    await expect(node([entry])).resolves.toEqual({ code: 0, said: "" });
  });

  it("is not installed when the download is not the pinned one", async () => {
    const { code, said } = await node([entry]);
    expect(code).toBe(1);
    expect(said).toMatch(
      /the PATH has none, and .*zip has SHA-256 [0-9a-f]{64}, not [0-9a-f]{64}, so nothing was installed/,
    );
    expect(tools()).toEqual([]);
  });

  it("is asked for in one sentence when the PATH has one too old and nothing can be downloaded", async () => {
    const { code, said } = await node([entry], { path: terraformOf("1.9.8"), releases: "http://127.0.0.1:9" });
    expect(code).toBe(1);
    expect(said.split("\n").at(-2)).toMatch(
      /^Terraform 1.10 or newer is needed, the PATH has 1.9.8, and cannot download .* \(.*\): install it from https:/,
    );
    expect(said).not.toContain("    at ");
  });
});

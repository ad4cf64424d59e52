import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { zipSync } from "fflate";
import { installRelease } from "../src/release";

const release = '#!/bin/sh\necho \'{"terraform_version": "1.11.4"}\'\n';
let folder: string;
let mirror: Server;
let served: Uint8Array;
let tools: string;
let base: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "install-terraform-"));
  served = zipSync({ "LICENSE.txt": Buffer.from("a licence"), terraform: Buffer.from(release) });
  tools = join(folder, ".tools");
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

/** Runs the program with a PATH of its own: the machine's own Terraform is not on it. */
async function installTerraform({ path = "", releases = base } = {}) {
  const { exitCode, stderr } = await execa(
    process.execPath,
    ["ops/run.mjs", "packages/terraform/src/cli.ts", "--folder", tools],
    { env: { PATH: path, TERRAFORM_RELEASES: releases }, reject: false },
  );
  return { code: exitCode, said: stderr };
}

const installed = () => (existsSync(tools) ? readdirSync(tools) : []);

describe("the Terraform of this project", () => {
  it("is the one on the PATH when that is 1.10 or newer, and nothing is downloaded", async () => {
    await expect(installTerraform({ path: terraformOf("1.10.0") })).resolves.toEqual({ code: 0, said: "" });
    expect(installed()).toEqual([]);
  });

  it("is the pinned release, checked against its sum, when the PATH has none", async () => {
    const sum = createHash("sha256").update(served).digest("hex");
    await installRelease({ folder: tools, base, sum });
    expect(installed()).toEqual(["terraform"]);
    await expect(installTerraform()).resolves.toEqual({ code: 0, said: "" });
  });

  it("is not installed when the download is not the pinned one", async () => {
    const { code, said } = await installTerraform();
    expect(code).toBe(1);
    expect(said).toMatch(
      /the PATH has none, and .*zip has SHA-256 [0-9a-f]{64}, not [0-9a-f]{64}, so nothing was installed/,
    );
    expect(installed()).toEqual([]);
  });

  it("is asked for in one sentence when the PATH has one too old and nothing can be downloaded", async () => {
    const { code, said } = await installTerraform({ path: terraformOf("1.9.8"), releases: "http://127.0.0.1:9" });
    expect(code).toBe(1);
    expect(said.split("\n").at(-1)).toMatch(
      /^Terraform 1.10 or newer is needed, the PATH has 1.9.8, and cannot download .* \(.*\): install it from https:/,
    );
    expect(said).not.toContain("    at ");
  });
});

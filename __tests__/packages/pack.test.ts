import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { chain } from "../../packages/rehearsal/__tests__/programs/small";

jest.setTimeout(300_000);

/** What each package is, for someone who has nothing of this repository but its tarball. */
const packages = [
  {
    name: "terraform",
    bin: "install-terraform",
    run: ["install-terraform", "--folder", "tools"],
    says: /^$/,
    refused: ["install-terraform", "--folder", "file/below"],
    uses: `import { readAssembly, resourcesOf } from "@platform/terraform";
      process.stdout.write(readAssembly("cdktf.out").flatMap(resourcesOf).map(({ stack, path }) => stack + "/" + path).join());`,
    prints: "chain-1/queue,chain-2/queue",
  },
  {
    name: "rehearsal",
    bin: "rehearsal",
    run: ["rehearsal", "plan", "--json"],
    says: /^\{"stacks":\[\{"stack":"chain-1","add":1,.*\},\{"stack":"chain-2","add":1,.*\}\]\}\n$/,
    refused: ["rehearsal", "plan", "nowhere"],
    uses: `import { startRehearsalInChild } from "@platform/rehearsal";
      const rehearsal = await startRehearsalInChild();
      const environment = await rehearsal.prepare("cdktf.out");
      await rehearsal.stop();
      process.stdout.write(Object.keys(JSON.parse(environment.TF_REATTACH_PROVIDERS)).join());`,
    prints: "registry.terraform.io/hashicorp/aws",
  },
  {
    name: "plan-review",
    bin: "plan-review",
    run: ["plan-review", "plans"],
    says: /^Safe: plans/,
    refused: ["plan-review", "nowhere"],
    uses: `import { review } from "@platform/plan-review";
      import { readPlans } from "@platform/terraform";
      process.stdout.write((await review(await readPlans("plans"), { environment: "mine" })).verdict);`,
    prints: "safe",
  },
  {
    name: "architecture",
    bin: "architecture",
    run: ["architecture", "cdktf.out", "--out", "pictures"],
    says: /^pictures\/architecture\S*\.svg\n/,
    refused: ["architecture", "nowhere"],
    uses: `import { Synthesis } from "@platform/architecture";
      import { readAssembly } from "@platform/terraform";
      process.stdout.write(new Synthesis(readAssembly("cdktf.out")).stacks.join());`,
    prints: "chain-1,chain-2",
  },
];

/** A plan that creates one queue, in the form of `terraform show -json`. */
const plan = {
  format_version: "1.2",
  terraform_version: "1.11.4",
  planned_values: {},
  resource_changes: [
    {
      address: "aws_sqs_queue.queue",
      mode: "managed",
      type: "aws_sqs_queue",
      name: "queue",
      change: { actions: ["create"], before: null, after: { name: "orders" }, after_unknown: { arn: true } },
    },
  ],
};

const foreign = realpathSync(mkdtempSync(join(tmpdir(), "foreign-")));
const modules = join(foreign, "node_modules");
afterAll(() => rmSync(foreign, { recursive: true, force: true }));

/** Runs in the foreign folder, without the environment that npm or this repository's tools set. */
const run = (command: string, args: readonly string[]) => {
  const { PATH = "", HOME = "" } = process.env;
  const paths = PATH.split(":").filter((path) => !path.includes("node_modules"));
  const env = { PATH: [join(modules, ".bin"), ...paths].join(":"), HOME };
  return execa(command, args, { cwd: foreign, env, extendEnv: false, reject: false, stripFinalNewline: false });
};

beforeAll(async () => {
  const tarballs = join(foreign, "tarballs");
  mkdirSync(tarballs);
  const workspaces = packages.flatMap(({ name }) => ["--workspace", `@platform/${name}`]);
  await execa("npm", ["pack", ...workspaces, "--pack-destination", tarballs, "--loglevel=error"]);
  const { version } = JSON.parse(readFileSync("node_modules/@cdktf/provider-aws/package.json", "utf8"));
  const dependencies = Object.fromEntries([
    ...packages.map(({ name }) => [`@platform/${name}`, `file:tarballs/platform-${name}-0.1.0.tgz`]),
    ["@cdktf/provider-aws", version],
  ]);
  writeFileSync(join(foreign, "package.json"), JSON.stringify({ type: "module", dependencies }));
  chain(join(foreign, "cdktf.out"), 2);
  mkdirSync(join(foreign, "plans"));
  writeFileSync(join(foreign, "plans", "network.json"), JSON.stringify(plan));
  // Bindings are read, not run: cdktf itself, which they name as a peer, is not needed.
  const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"];
  const installed = await run("npm", ["install", ...flags, "--loglevel=error"]);
  if (installed.exitCode !== 0) throw new Error(installed.stderr);
});

test("an installed package has no link into this repository", () => {
  const repository = resolve(".");
  const inside = readdirSync(modules, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink())
    .map((entry) => realpathSync(join(entry.parentPath, entry.name)))
    .filter((target) => !target.startsWith(foreign) || target.startsWith(repository));
  expect(inside).toEqual([]);
});

describe.each(packages)("@platform/$name, packed and installed elsewhere", ({ name, bin, refused, ...row }) => {
  const folder = join(modules, "@platform", name);

  test("holds a README, a licence and its types, and no sources", () => {
    const files = readdirSync(folder);
    expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "dist", "package.json"]));
    expect(files).not.toContain("src");
    expect(existsSync(join(folder, "dist/index.d.ts"))).toBe(true);
    expect(readFileSync(join(folder, "README.md"), "utf8")).toMatch(
      /## Why[\s\S]*## Install[\s\S]*[Uu]se[\s\S]*## Limits/,
    );
  });

  test("has a bin that works, and says its version and its options", async () => {
    const [command = "", ...args] = row.run;
    const { exitCode, stdout, stderr } = await run(command, args);
    expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(row.says) });
    expect((await run(bin, ["--version"])).stdout).toBe("0.1.0\n");
    expect((await run(bin, ["--help"])).stdout).toContain(`Usage: ${bin}`);
  });

  test("refuses bad input in one sentence, without a stack trace", async () => {
    writeFileSync(join(foreign, "file"), "");
    const [command = "", ...args] = refused;
    const { exitCode, stderr } = await run(command, args);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^.+\n$/);
  });

  test("says in one sentence that the working folder was deleted", async () => {
    const { exitCode, stderr } = await run("bash", ["-c", `mkdir gone && cd gone && rmdir ../gone && ${bin} x`]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: "the working folder is not there any more: go to another one\n",
    });
  });

  test("is imported by a program", async () => {
    const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "--eval", row.uses]);
    expect({ stdout, stderr }).toEqual({ stdout: row.prints, stderr: "" });
  });
});

describe("the rehearsal", () => {
  test.each([
    ["a folder below the program's", "src/deep", {}, ["chain-1", "chain-2"]],
    [
      "an npm workspace with a program of its own",
      "workspaces/infra",
      { "package.json": '{"name":"infra"}', "main.tf": 'resource "aws_sqs_queue" "queue" {}' },
      ["infra"],
    ],
  ])("works from %s", async (_what, path, files, stacks) => {
    const folder = join(foreign, path);
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { stdout, stderr, exitCode } = await run("bash", ["-c", `cd '${folder}' && rehearsal plan --json`]);
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout).stacks.map(({ stack }: { stack: string }) => stack)).toEqual(stacks);
  });
});

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { environments } from "../config/environments";
import { files } from "./stacks/synthesized";

/** Six stacks an environment, and the account's own. */
const stacks = 6 * environments.length + 1;
const names = environments.map(({ name }) => name);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "main-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Every stack of every environment, synthesized once: no test changes it. */
const whole = mkdtempSync(join(tmpdir(), "main-whole-"));
beforeAll(() => {
  expect(synthesize({}, whole)).toMatchObject({ status: 0, stderr: "" });
});
afterAll(() => rmSync(whole, { recursive: true, force: true }));

/** Synthesizes in a process of its own, as `make synth` does. */
function synthesize(environment: Readonly<Record<string, string>> = {}, outdir = join(folder, "cdktf.out")) {
  const { ENV, BOOTSTRAP, ...inherited } = process.env;
  return spawnSync(process.execPath, ["ops/run.mjs", "main.ts"], {
    encoding: "utf8",
    env: { ...inherited, ...environment, CDKTF_OUTDIR: outdir },
  });
}

test("two synths are byte-identical", () => {
  const second = join(folder, "second");
  expect(synthesize({}, second).status).toBe(0);
  expect(files(second)).toEqual(files(whole));
  expect(Object.keys(files(whole)).filter((file) => file.endsWith("cdk.tf.json"))).toHaveLength(stacks);
});

test("no output holds a secret", () => {
  const written = Object.values(files(whole)).join("\n");
  expect(written).toContain("manage_master_user_password");
  // Access keys, private keys, URLs with a password, and any password or token that is a literal.
  expect(written).not.toMatch(/\b(AKIA|ASIA)[A-Z0-9]{16}\b|BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^/\s"]+:[^@/\s"]+@/);
  expect(written).not.toMatch(/"(\w*password|\w*secret|\w*token)": "[^$"]/i);
});

test("ENV chooses one environment, with what its account has once", () => {
  const [name = ""] = names;
  expect(synthesize({ ENV: name }).status).toBe(0);
  expect(readdirSync(join(folder, "cdktf.out", "stacks"))).toEqual([
    `${name}-api`,
    `${name}-database`,
    `${name}-gitlab`,
    `${name}-network`,
    `${name}-queue`,
    `${name}-workers`,
    "state",
  ]);
});

test("what an account has once is the same, whichever of its environments is chosen", () => {
  const state = (out: string) => readFileSync(join(out, "stacks", "state", "cdk.tf.json"), "utf8");
  for (const ENV of [names.at(0) ?? "", names.at(-1) ?? ""]) {
    const out = join(folder, ENV);
    expect(synthesize({ ENV }, out).status).toBe(0);
    expect(state(out)).toEqual(state(whole));
  }
});

test("an unknown environment is one clear line, and nothing is written", () => {
  const { status, stderr } = synthesize({ ENV: "prod" });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `ENV must be one of ${names.join(", ")}, got "prod"\n`,
  });
  expect(existsSync(join(folder, "cdktf.out"))).toBe(false);
});

test("bootstrap keeps the state stack's own state in a file until its bucket exists", () => {
  const backend = (out: string) => {
    const program = readFileSync(join(out, "stacks", "state", "cdk.tf.json"), "utf8");
    return Object.keys(JSON.parse(program).terraform.backend);
  };
  const [name = ""] = names;
  expect(synthesize({ BOOTSTRAP: "1", ENV: name }).status).toBe(0);
  expect(backend(join(folder, "cdktf.out"))).toEqual(["local"]);
  expect(backend(whole)).toEqual(["s3"]);
});

test("the same program under cdktn gives the same resources", async () => {
  const program = join(folder, "under-cdktn.cjs");
  await build({
    entryPoints: ["main.ts"],
    outfile: program,
    bundle: true,
    platform: "node",
    conditions: ["@platform/source"],
    // Bindings ask for cdktf by name: bundling them is what lets the alias reach them.
    alias: { cdktf: "cdktn" },
    logLevel: "error",
  });
  const { ENV, BOOTSTRAP, ...inherited } = process.env;
  const outdir = { CDKTF_OUTDIR: join(folder, "cdktn"), CDKTN_OUTDIR: join(folder, "cdktn") };
  const under = spawnSync(process.execPath, [program], { encoding: "utf8", env: { ...inherited, ...outdir } });
  expect(under.stderr).toBe("");
  expect(programs(join(folder, "cdktn"))).toEqual(programs(whole));
});

/** What Terraform would read, without who wrote it. */
function programs(folder: string) {
  const named = Object.entries(files(folder)).filter(([file]) => file.endsWith("cdk.tf.json"));
  expect(named).toHaveLength(stacks);
  return Object.fromEntries(
    named.map(([file, text]) => {
      const { "//": _, ...program } = JSON.parse(text);
      return [file, program];
    }),
  );
}

import { join } from "node:path";
import { InputError } from "@platform/terraform";
import { type PlanOptions, planStacks, rehearse, typeFacts } from "../src";
import { programFolder } from "./program-folder";
import { written } from "./programs/written";

jest.setTimeout(300_000);

const folder = programFolder("bad-input");

/** @returns what a person is told; any other error than one of bad input would be shown with its stack */
async function said(work: Promise<unknown>): Promise<string> {
  const outcome = await work.then(
    () => "all went well",
    (error: unknown) => (error instanceof InputError ? error.message : error),
  );
  if (typeof outcome === "string") return outcome;
  throw outcome;
}

const queue = 'resource "aws_sqs_queue" "queue" {\n  name = "a"\n}\n';
const stack = { name: "s", workingDirectory: "stacks/s", synthesizedStackPath: "stacks/s/cdk.tf.json" };
const manifest = (changes: object) => ({
  "manifest.json": JSON.stringify({ stacks: { s: { ...stack, dependencies: [], ...changes } } }),
  "stacks/s/cdk.tf.json": "{}",
});

interface Bad {
  readonly files: Readonly<Record<string, string>>;
  readonly options?: Omit<PlanOptions, "folder">;
  readonly says: RegExp;
}

const programs: Readonly<Record<string, Bad>> = {
  "a folder without a program": { files: { "a.txt": "" }, says: /holds no program/ },
  "a block that is not closed": { files: { "main.tf": 'resource "x" {' }, says: /main\.tf:1,14-15: Unclosed/ },
  "a file in another encoding": { files: { "main.tf": "\0".repeat(5000) }, says: /^.{10,1100}$/s },
  "a list for a configuration": { files: { "main.tf.json": "[1]" }, says: /is no Terraform configuration/ },
  "blocks of a wrong shape": {
    files: {
      "main.tf.json": '{"resource":[[{"aws_sqs_queue":3}]],"terraform":{"required_providers":"aws"},"output":3}',
    },
    says: /Error: /,
  },
  "a member in cdktf's spelling where the bindings say any": {
    files: {
      "main.tf.json":
        '{"resource":{"aws_wafv2_web_acl":{"x":{"rule":[{"name":"r","statement":{"managedRuleGroupStatement":{"name":"g"}}}]}}}}',
    },
    says: /No argument or block type is named "managedRuleGroupStatement"/,
  },
  "a name that JavaScript takes for its own": {
    files: { "main.tf.json": '{"resource":{"aws_sqs_queue":{"__proto__":{"name":"x"}}}}' },
    says: /nothing may be named __proto__/,
  },
  "a type that JavaScript's objects have a member of": {
    files: { "main.tf": 'resource "aws_constructor" "x" {}' },
    says: /has no resource aws_constructor/,
  },
  "a module that calls itself": {
    files: { "main.tf": 'module "m" {\n  source = "./a"\n}', "a/main.tf": 'module "n" {\n  source = "../"\n}' },
    says: /module m\.n calls itself/,
  },
  "a module that is a file": {
    files: { "main.tf": 'module "m" {\n  source = "./a"\n}', a: "" },
    says: /module m comes from \.\/a, which is no folder/,
  },
  "a list of downloaded modules that was cut off": {
    files: { "main.tf": queue, ".terraform/modules/modules.json": '{"Modules":' },
    says: /modules\.json is not whole JSON: run terraform get again/,
  },
  "generated bindings that were cut off": {
    files: { "main.tf": queue, ".gen/versions.json": "{" },
    says: /versions\.json is not whole JSON: run cdktf get again/,
  },
  "a manifest without stacks": { files: { "manifest.json": '{"stacks":{}}' }, says: /names no stack/ },
  "a stack whose folder is not there": { files: manifest({ workingDirectory: "no" }), says: /no does not exist/ },
  "a stack whose name leads elsewhere": {
    files: manifest({ name: "../../x" }),
    says: /a stack of the name "\.\.\/\.\.\/x"/,
  },
  "stacks that depend on each other": { files: manifest({ dependencies: ["s"] }), says: /^all went well$/ },
  "a variable that nobody declares": {
    files: { "main.tf": 'variable "size" {\n  default = 1\n}' },
    options: { variables: { sise: "1" } },
    says: /no stack declares a variable sise: there are size/,
  },
  "a variable without a value": { files: { "main.tf": 'variable "size" {}' }, says: /No value for required variable/ },
  "a file of variables that is not there": {
    files: { "main.tf": queue },
    options: { variableFiles: ["no.tfvars"] },
    says: /no\.tfvars does not exist/,
  },
  "a workspace that Terraform refuses": {
    files: { "main.tf": queue },
    options: { workspace: "a b" },
    says: /workspace name "a b" is not allowed/,
  },
  "answers that are no YAML": { files: { "main.tf": queue, "rehearsal.answers.yaml": "a: [" }, says: /is no YAML/ },
  "answers of another form": {
    files: { "main.tf": queue, "rehearsal.answers.yaml": "data: 3" },
    says: /is no file of answers/,
  },
  "answers that grow by aliases": {
    files: {
      "main.tf": queue,
      "rehearsal.answers.yaml": `a: &a [x]\nb: &b [${"*a,".repeat(99)}*a]\nc: [${"*b,".repeat(9)}*b]`,
    },
    says: /is no YAML: Excessive alias count/,
  },
  "an answer of another type": {
    files: {
      "main.tf": 'data "aws_vpc" "vpc" {\n  id = "vpc-1"\n}',
      "rehearsal.answers.yaml": "data: [{ type: aws_vpc, set: { cidr_block: [1] } }]",
    },
    says: /the answers say \[1\] for\s+cidr_block\s+of\s+aws_vpc,\s+which\s+is\s+a\s+string/,
  },
};

test.each(Object.entries(programs))("%s: a person is told in words, without the copy's path", async (name, bad) => {
  const program = written(join(folder, name.replaceAll(/\W+/g, "-")), bad.files);
  const text = await said(planStacks({ ...bad.options, folder: program }));
  expect(text).toMatch(bad.says);
  expect(text).not.toContain("rehearsal-out");
});

test("a folder of a file's name, and hidden files, are none of the configuration, as Terraform has it", async () => {
  const program = written(join(folder, "hidden"), { "main.tf": queue, "._main.tf": "\0", "folder.tf/a.txt": "" });
  const { stacks } = await planStacks({ folder: program });
  expect(stacks).toMatchObject([{ add: 1 }]);
});

test("the cdktf CLI is not asked to deploy a folder of .tf files", async () => {
  const program = written(join(folder, "plain"), { "main.tf": queue });
  const asked = rehearse({ folder: program, cdktfLog: join(folder, "log") });
  expect(await said(asked)).toMatch(/deploys what it synthesized/);
});

test.each(["", "aws_../../x", "data_aws_vpc", "__proto__", "\u001b[31m"])("%j is no type", (type) => {
  expect(() => typeFacts(type)).toThrow(/is no type of resources: aws_db_instance is one/);
});

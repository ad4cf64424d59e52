import { mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { workingCopy } from "../src/working-copy";
import { expression } from "./corpus/program";
import { canary, folder, outside, watch } from "./harmless-folder";
import { generatedBindings } from "./programs/generated-bindings";
import { synthesized, written } from "./programs/written";

jest.setTimeout(300_000);

const resource = { terraform_data: { it: { input: 1 } } };

test("an override file of the program's own does not win, whatever its name", async () => {
  const program = written(join(folder, "overridden"), {
    "main.tf.json": JSON.stringify({ resource: { terraform_data: { it: { lifecycle: { prevent_destroy: true } } } } }),
    "zzzz_override.tf": `
      terraform {
        backend "local" {
          path = "${canary}"
        }
      }
      resource "terraform_data" "it" {
        provisioner "local-exec" {
          command = "touch ${canary}"
        }
      }`,
    "\u{1f600}_override.tf": 'resource "terraform_data" "it" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}',
  });
  const unchanged = watch(program);
  const { exitCode, stderr } = await outside.rehearsal(["rehearse", program]);
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(unchanged()).toBe(false);
});

test("a file beside a synthesized stack is looked at as well, for Terraform reads it", async () => {
  const program = written(synthesized(join(folder, "beside"), { some: { resource } }), {
    "stacks/some/more.tf": `
      resource "terraform_data" "more" {
        provisioner "local-exec" {
          command = "touch ${canary}"
        }
      }`,
  });
  const unchanged = watch(program);
  const { stdout, stderr } = await outside.rehearsal(["rehearse", program, "--json"]);
  expect({ stderr, stacks: JSON.parse(stdout).stacks }).toMatchObject({ stacks: [{ added: 2 }] });
  expect(unchanged()).toBe(false);
});

test("nothing is written through a link, be it to a module, to a folder of Terraform's own or to the program itself", async () => {
  const own = join(folder, "linked");
  written(own, {
    "shared/module/main.tf": `
      resource "terraform_data" "it" {
        provisioner "local-exec" {
          command = "touch ${canary}"
        }
      }`,
    "shared/common.tf": 'variable "size" {\n  default = 1\n}',
    "shared/terraform/modules/modules.json": '{"Modules":[]}',
    "program/main.tf": `
      module "linked" {
        source = "./module"
      }
      module "below" {
        source = "./all/module"
      }
      resource "terraform_data" "size" {
        input = var.size
      }`,
  });
  const program = join(own, "program");
  symlinkSync("../shared/module", join(program, "module"));
  symlinkSync(join(own, "shared"), join(program, "all"));
  symlinkSync("../shared/common.tf", join(program, "common.tf"));
  symlinkSync("../shared/terraform", join(program, ".terraform"));
  symlinkSync("../shared/common.tf", join(program, "zz_rehearsal_override.tf.json"));
  symlinkSync(".", join(program, "itself"));
  symlinkSync("nowhere", join(program, "dangling"));
  rmSync(join(program, "zz_rehearsal_override.tf.json"));
  symlinkSync("program", join(own, "link"));
  const unchanged = watch(own);
  for (const given of ["program", "link"]) {
    const { exitCode, stdout, stderr } = await outside.rehearsal(["rehearse", join(own, given), "--json"]);
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout).stacks).toMatchObject([{ added: 3, destroyed: 3 }]);
  }
  expect(unchanged()).toBe(false);
});

test("the copy is of the folders that paths climb to, and of none above them", async () => {
  const program = written(join(folder, "climbing"), {
    "root/here/main.tf": 'module "whole" {\n  source = ".."\n}',
    "root/main.tf": `
      module "near" {
        source = "./near"
      }
      locals {
        kind = replace("t3.micro", "/^t(2|3){1}\\\\..*$/", "1")
        all  = [for each in ["a.."] : "(..)" if each != "..."]
      }`,
    "root/near/main.tf": `locals {\n  files = fileset("${expression("path.module")}/..", "*")\n}`,
    "beside/main.tf": "",
  });
  const copy = await workingCopy(join(program, "root", "here"));
  expect(copy.base).toBe(join(realpathSync(program), "root"));
  copy.remove();
});

test("an archive is made in the copy, and never where a path leads out of it", async () => {
  const elsewhere = join(folder, "elsewhere");
  const temporary = join(folder, "temporary");
  for (const made of [elsewhere, temporary]) mkdirSync(made);
  const archive = (name: string, output: string) => `
    data "archive_file" "${name}" {
      type                    = "zip"
      source_content          = "x"
      source_content_filename = "x"
      output_path             = "${output}"
    }`;
  const attributes = ["type", "source_content?", "source_content_filename?", "output_path", "output_md5!"];
  const program = written(join(folder, "archives"), {
    ...generatedBindings("hashicorp/archive", "2.7.1", { "data-archive-file": attributes }),
    "main.tf": `
      ${archive("inside", "build/inside.zip")}
      ${archive("climbing", "../../elsewhere/climbing.zip")}
      ${archive("absolute", join(elsewhere, "absolute.zip"))}
      ${archive("linked", "link/linked.zip")}
      ${archive("near", "near/near.zip")}
      output "inside" {
        value = [for file in [data.archive_file.inside, data.archive_file.near] : filebase64sha256(file.output_path)]
      }`,
    "build/kept": "",
  });
  symlinkSync("build", join(program, "near"));
  symlinkSync(elsewhere, join(program, "link"));
  const unchanged = watch(program);
  const { exitCode, stderr } = await outside.rehearsal(["plan", program], { TMPDIR: temporary });
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect([...readdirSync(elsewhere), ...readdirSync(temporary)]).toEqual([]);
  expect(unchanged()).toBe(false);
});

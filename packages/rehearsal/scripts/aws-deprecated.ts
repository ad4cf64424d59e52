/**
 * Writes src/facts/data/aws-deprecated.json: the arguments that hashicorp/aws calls deprecated, with its words, which
 * @pulumi/aws repeats with its own names in them. A name is Terraform's again where there is one; a sentence with any other
 * is left out.
 *
 *     npm pack @pulumi/aws@7.14.0 && tar xzf pulumi-aws-*.tgz
 *     npm run facts:deprecated -w packages/rehearsal -- "$PWD/package"
 */
import { writeFileSync } from "node:fs";
import { documentedTypes, memberOf } from "./documented-types";

const { types: documented } = documentedTypes(process.argv[2]);
const letters = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
const typeByLetters = new Map([...documented.keys()].map((type) => [letters(type.slice("aws".length)), type]));

const types: Record<string, Record<string, string>> = {};
for (const [type, blocks] of documented) {
  for (const { path, block, args } of blocks) {
    for (const { member, deprecated } of args) {
      // What is only discouraged is an advice of Pulumi's own.
      if (deprecated === undefined || !/deprecated|instead/i.test(deprecated)) continue;
      const words = deprecated
        .replaceAll(/\baws\.(\w+)\.(\w+)/g, (whole, service: string, name: string) => {
          return typeByLetters.get(letters(service + name)) ?? typeByLetters.get(letters(name)) ?? whole;
        })
        .replaceAll(/\b[a-z]+[A-Z]\w*\b/g, (name) => memberOf(block, name) ?? name);
      const sentences = words.split(/(?<=\.) /).filter((sentence) => !/\baws\.|\b[a-z]+[A-Z]/.test(sentence));
      types[type] = { ...types[type], [path === "" ? member : `${path}.${member}`]: sentences.join(" ") };
    }
  }
}
const source =
  "@pulumi/aws 7.14.0, which repeats what hashicorp/aws 6.25.0 says of deprecated arguments; by scripts/aws-deprecated.ts";
writeFileSync("src/facts/data/aws-deprecated.json", `${JSON.stringify({ source, types }, null, 2)}\n`);
const count = Object.values(types).reduce((sum, members) => sum + Object.keys(members).length, 0);
process.stderr.write(`${count} deprecated arguments of ${Object.keys(types).length} types\n`);

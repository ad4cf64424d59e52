/**
 * Writes src/facts/data/aws-ranges.json: between which numbers an argument of hashicorp/aws must be, read from the
 * sentences of its documentation that @pulumi/aws repeats. A text that names more than one range is left out.
 *
 *     npm pack @pulumi/aws@7.14.0 && tar xzf pulumi-aws-*.tgz
 *     npm run facts:ranges -w packages/rehearsal -- "$PWD/package"
 */
import { writeFileSync } from "node:fs";
import { documentedTypes } from "./documented-types";

const number = String.raw`\x60?(-?\d[\d,]*(?:\.\d+)?)\x60?(?! ?[%\w.-]*(?:GB|GiB|MB|MiB|KB|TB))`;
const range = new RegExp(
  String.raw`\b(?:between|from|[Vv]alid (?:values|range)(?: is| are)?:?)(?: values)? ${number} ?(?:seconds? |minutes? |days? |\([^)]*\) )?(?:and|to|-|–|through) ?${number}`,
  "g",
);
/** What holds in one case only, or has another value beside the range, or names two values, is no range of the argument. */
const conditional = /\b(if|when|unless|for|depending|except|otherwise|either|or)\b|\bvalues are\b[^.]*\band\b/i;

const { types: documented } = documentedTypes(process.argv[2]);
const types: Record<string, Record<string, [number, number]>> = {};
for (const [type, blocks] of documented) {
  for (const { path, block, args } of blocks) {
    for (const { member, text } of args) {
      if (block.attributes[member]?.type !== "number") continue;
      const found = text
        .split(/(?<=[.;]) /)
        .flatMap((sentence) => [...sentence.matchAll(range)].map((match) => ({ sentence, match })));
      const [only] = found;
      if (only === undefined || found.length > 1 || conditional.test(only.sentence)) continue;
      const [least, most] = [only.match[1], only.match[2]].map((digits) => Number(digits?.replaceAll(",", "")));
      if (least === undefined || most === undefined || !(least < most)) continue;
      types[type] = { ...types[type], [path === "" ? member : `${path}.${member}`]: [least, most] };
    }
  }
}
const source =
  '@pulumi/aws 7.14.0, which repeats the documentation of hashicorp/aws 6.25.0: sentences such as "An integer from 0 to 900"; by scripts/aws-ranges.ts';
writeFileSync("src/facts/data/aws-ranges.json", `${JSON.stringify({ source, types }, null, 2)}\n`);
const count = Object.values(types).reduce((sum, members) => sum + Object.keys(members).length, 0);
process.stderr.write(`${count} ranges of ${Object.keys(types).length} types\n`);

/**
 * Writes src/facts/data/aws-conflicts.json: which arguments of hashicorp/aws exclude or need each other, read from the
 * sentences of its documentation that @pulumi/aws repeats. A rule stands for arguments of one block that the installed
 * bindings have; a sentence of any other form, or with a condition, is left out.
 *
 *     npm pack @pulumi/aws@7.14.0 && tar xzf pulumi-aws-*.tgz
 *     npm run facts:conflicts -w packages/rehearsal -- "$PWD/package"
 */
import { writeFileSync } from "node:fs";
import { type DocumentedBlock, documentedTypes, memberOf } from "./documented-types";
import { readSentences } from "./sentences";

type Rules = {
  conflicts?: string[];
  requires?: string[];
  expects?: string[];
  exactlyOne?: string[];
  atLeastOne?: string[];
};

/** The rules of one block; undefined when there are none. */
function rulesOf({ block, args }: DocumentedBlock): Rules | undefined {
  const sets = {
    conflicts: new Set<string>(),
    requires: new Set<string>(),
    expects: new Set<string>(),
    exactlyOne: new Set<string>(),
    atLeastOne: new Set<string>(),
  };
  for (const { member: own, text } of args) {
    for (const { rule, names } of readSentences(text)) {
      const named = names.flatMap((name) => memberOf(block, name) ?? []);
      if (named.length < names.length) continue;
      const others = named.filter((other) => other !== own);
      if (rule === "conflicts") for (const other of others) sets.conflicts.add([own, other].sort().join(" "));
      else if (rule === "neededBy") for (const other of others) sets.requires.add(`${other} ${own}`);
      else if (rule === "expectedBy") for (const other of others) sets.expects.add(`${other} ${own}`);
      // What names itself in the list is said of the list; what does not is said of something else.
      else if (named.length > 1 && named.includes(own)) sets[rule].add([...new Set(named)].sort().join(" "));
    }
  }
  const rules: Rules = {};
  for (const rule of ["conflicts", "requires", "expects", "exactlyOne", "atLeastOne"] as const)
    if (sets[rule].size > 0) rules[rule] = [...sets[rule]].sort();
  return Object.keys(rules).length > 0 ? rules : undefined;
}

const { types: documented, unmatched } = documentedTypes(process.argv[2]);
const types: Record<string, Record<string, Rules>> = {};
for (const [type, blocks] of documented) {
  for (const block of blocks) {
    const rules = rulesOf(block);
    if (rules !== undefined) types[type] = { ...types[type], [block.path]: rules };
  }
}
const source =
  '@pulumi/aws 7.14.0, which repeats the documentation of hashicorp/aws 6.25.0: sentences such as "Conflicts with `x`"; by scripts/aws-conflicts.ts';
writeFileSync("src/facts/data/aws-conflicts.json", `${JSON.stringify({ source, types }, null, 2)}\n`);
process.stderr.write(
  `${Object.keys(types).length} types have rules; no counterpart for ${unmatched.length}: ${unmatched.join(" ")}\n`,
);

import { InputError, providerName, type Value } from "@platform/terraform";
import textTable from "text-table";
import { factsOf } from "./facts";
import type { Replacement } from "./facts/replacement";
import type { Block } from "./schema/block";
import { hasBinding, installedBindings } from "./schema/packages";
import { ProgramSchema, References } from "./schema/program";

export interface MemberFacts {
  /** Of what is in a block, with the block's name and a dot before it. */
  readonly name: string;
  readonly kind: "attribute" | "block";
  readonly given: "required" | "optional" | "read-only";
  /** Whether the cloud fills it in when the program does not. */
  readonly filled: boolean;
  /** What the provider takes when the program does not say it. */
  readonly default?: Value;
  /** Whether plans and outputs hide it. */
  readonly hidden: boolean;
  /** What a change of it does; undefined where a program cannot change it. */
  readonly change?: Replacement;
  /** What its value must be. */
  readonly values?: string;
}

/** What the rehearsal knows of a resource type, and whence. */
export interface TypeFacts {
  readonly type: string;
  /** Package and version of the bindings, and the provider's version. */
  readonly schema: string;
  readonly members: readonly MemberFacts[];
  /** Which arguments exclude or need each other. */
  readonly between: readonly string[];
  /** Arguments that the provider warns of. */
  readonly deprecated: readonly string[];
  /** What else the provider makes of it: attribute -> form. */
  readonly forms: Readonly<Record<string, string>>;
  readonly sources: readonly string[];
}

/**
 * @param type Terraform's name of a resource type: aws_db_instance
 * @param folder where bindings are looked for, and in those above. @default the working folder
 * @throws {InputError} when no installed bindings have the type
 */
export function typeFacts(type: string, folder = "."): TypeFacts {
  if (!/^(?!data_)[a-z]\w*$/i.test(type))
    throw new InputError(`${JSON.stringify(type)} is no type of resources: aws_db_instance is one`);
  const installed = installedBindings(folder);
  const bindings = installed.find((candidate) => hasBinding(candidate, "resource", type));
  if (bindings === undefined) {
    const name = providerName(type, {});
    const own = installed.find((candidate) => candidate.name === name);
    throw new InputError(
      own === undefined
        ? `no bindings of a provider ${name} are installed: npm install --save-dev @cdktf/provider-${name}`
        : `${own.package} ${own.version} has no resource ${type}`,
    );
  }
  const facts = factsOf(bindings.name);
  const program = new ProgramSchema(bindings, new References(), facts);
  program.use("resource", type, {});
  const block = program.schema().resource[type] ?? { attributes: {}, blocks: {}, open: [] };
  const values = facts.rules.values(type);
  const members = membersOf(block, "", (path) => ({ change: facts.replacement(type, path), values: values[path] }));
  const forms = Object.entries(facts.resources(type));
  return {
    type,
    schema: `${bindings.package} ${bindings.version}, generated from ${bindings.address} ${bindings.providerVersion}`,
    members: members.sort((a, b) => (a.name < b.name ? -1 : 1)),
    between: facts.rules.between(type),
    deprecated: facts.rules.deprecated(type),
    forms: Object.fromEntries(forms.flatMap(([name, form]) => (typeof form === "string" ? [[name, form]] : []))),
    sources: facts.rules.sources(type),
  };
}

interface Known {
  readonly change: Replacement;
  readonly values: string | undefined;
}

/** All of the type's own members, and those in blocks of which something is known. */
function membersOf({ attributes, blocks }: Block, path: string, known: (path: string) => Known): MemberFacts[] {
  const own = Object.entries(attributes).flatMap(
    ([name, { given, computed, sensitive, default: taken }]): MemberFacts[] => {
      const { change, values } = known(path + name);
      const filled = given !== "never" && computed;
      const plain =
        !filled && sensitive !== true && taken === undefined && change === "in place" && values === undefined;
      if (path !== "" && (plain || given === "never")) return [];
      const member: MemberFacts = {
        name: path + name,
        kind: "attribute",
        given: given === "never" ? "read-only" : given,
        filled,
        hidden: sensitive === true,
        ...(taken !== undefined && { default: taken }),
        ...(given !== "never" && { change }),
        ...(values !== undefined && { values }),
      };
      return [member];
    },
  );
  const nested = Object.entries(blocks).flatMap(([name, { min, referenced, block }]): MemberFacts[] => {
    const { change, values } = known(path + name);
    const member: MemberFacts = {
      name: path + name,
      kind: "block",
      given: min > 0 ? "required" : "optional",
      filled: referenced === true,
      hidden: false,
      change,
      ...(values !== undefined && { values }),
    };
    const inside = membersOf(block, `${path}${name}.`, known);
    return path === "" || inside.length > 0 ? [member, ...inside] : inside;
  });
  return [...own, ...nested];
}

/** What is in a block stands below it. */
const shownName = (name: string) =>
  name
    .split(".")
    .map((step, index, steps) => (index === steps.length - 1 ? step : "  "))
    .join("");

/** The facts as text: a line for each argument, then what is read-only, and the sources. */
export function factsText({ type, schema, members, between, deprecated, forms, sources }: TypeFacts): string {
  const arguments_ = members.filter(({ given }) => given !== "read-only");
  const rows = arguments_.map(({ name, kind, given, filled, hidden, default: taken, change, values }) => [
    shownName(name) + (kind === "block" ? " {}" : ""),
    given,
    taken !== undefined ? String(taken) : filled ? "filled in" : "",
    hidden ? "hidden" : "",
    change ?? "",
    values ?? "",
  ]);
  const titles = ["argument", "given", "when left out", "in plans", "a change", "values"];
  const readOnly = members.filter(({ given }) => given === "read-only").map(({ name }) => name);
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", title, ...lines.map((text) => `  ${text}`)];
  return [
    `${type}: ${schema}`,
    "",
    textTable([titles, ...rows]),
    ...section("read-only", readOnly.length === 0 ? [] : [readOnly.join(" ")]),
    ...section("arguments together", between),
    ...section("deprecated", deprecated),
    ...section(
      "forms",
      Object.entries(forms).map(([name, form]) => `${name}: ${form}`),
    ),
    ...section("sources", sources),
    "",
  ].join("\n");
}

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Evaluator } from "../go/evaluate";
import { Scope } from "../go/scope";
import { IndexedSource } from "../go/source";
import { goParser } from "../go/syntax";
import { Bound, Called, Closure, External, nameOf, Struct, Tuple, Type, Unknown, type Value } from "../go/values";
import { checkOf } from "./checks";
import type { Enums } from "./enums";
import type { AttributeNames } from "./names";

export const provider = "github.com/hashicorp/terraform-provider-aws";

/** Packages of the provider whose functions are known by their names, so that nothing is gained by working them out. */
const kept = new RegExp(
  `^${provider}/internal/(framework/types|framework/validators|framework/planmodifiers|framework/flex|enum|verify|flex|errs|create|conns|types/.*)\\b`,
);

const inEnum = new RegExp(`^${provider}/internal/enum\\.(Values|EnumValues|Slice|EnumSlice)$`);

/**
 * @param folder where terraform-provider-aws-index is
 * @param enums values of AWS's SDK for Go
 */
export async function evaluatorOf(folder: string, attributes: AttributeNames, enums: Enums) {
  const source = new IndexedSource(provider, folder, await goParser());
  const go: Evaluator = new Evaluator(
    source,
    (path, name) => {
      if (path === `${provider}/names`) return attributes.of(name) ?? new External(path, name);
      const constant = enums.constant(path, name);
      if (constant !== undefined || !kept.test(path)) return constant;
      const declared = source.find(path, name);
      if (declared?.node.type === "type_declaration") return new Type("named", path, name);
      const package_ = path.split("/").at(-1);
      // Patterns and the like.
      const worked = /^(var|const)_declaration$/.test(declared?.node.type ?? "") && !checkOf(`${package_}.${name}`);
      return worked && package_ !== "types" ? undefined : new External(path, name);
    },
    (what, args, types) => {
      if (what instanceof Bound) {
        if (what.name === "SchemaMap" && what.on instanceof Struct) return what.on.fields.get("Schema");
        // awstypes.X("").Values()
        const type = what.name === "Values" && what.on instanceof Called ? what.on.what : undefined;
        return type instanceof External ? list(enums.values(type.path, type.name)) : undefined;
      }
      if (!inEnum.test(nameOf(what))) return undefined;
      return types[0] === undefined ? [...args] : list(enumOf(go, enums, types[0]));
    },
  );
  return go;
}

const list = (values: readonly string[] | undefined): Value | undefined => values && [...values];

/** Every value of a type, of AWS's SDK or of the provider. */
export function enumOf(go: Evaluator, enums: Enums, { path, name }: Type): readonly string[] | undefined {
  const method = go.source.method(path, name, "Values");
  if (method === undefined) return enums.values(path, name);
  const values = go.apply(new Closure(name, method.node, new Scope(method), ""), []);
  const texts = Array.isArray(values) ? values.filter((one) => typeof one === "string") : [];
  return Array.isArray(values) && texts.length === values.length ? texts : undefined;
}

/** A resource type of the provider, as its source builds it. */
export interface Resource {
  readonly type: string;
  readonly path: string;
  readonly sdk: "sdk" | "framework";
  /** `schema.Resource` of the first SDK, `schema.Schema` of the framework. */
  readonly schema: Struct;
  /** The framework's resource. */
  readonly own: Struct | undefined;
  /** Whether each resource may be in a region of its own: then the provider adds the attribute `region`. */
  readonly regional: boolean;
}

const member = (value: Value | undefined, name: string) =>
  value instanceof Struct ? value.fields.get(name) : undefined;

/** Every resource that the provider's services register. @param reads is told which comes next @param failed is told which could not be read, and why */
export function* resourcesIn(
  go: Evaluator,
  folder: string,
  reads: (type: string) => void,
  failed: (type: string, why: string) => void,
): Generator<Resource> {
  for (const service of readdirSync(join(folder, "internal/service")).sort()) {
    const path = `${provider}/internal/service/${service}`;
    for (const sdk of ["sdk", "framework"] as const) {
      const method = sdk === "sdk" ? "SDKResources" : "FrameworkResources";
      const registered = go.apply(
        go.member(new Struct(new Type("named", path, "servicePackage"), new Map()), method),
        [],
      );
      for (const one of Array.isArray(registered) ? registered : []) {
        const type = String(member(one, "TypeName"));
        const region = member(one, "Region");
        reads(type);
        const built = go.apply(member(one, "Factory") ?? null, [new Unknown("context")]);
        const made = built instanceof Struct ? built : firstOf(built);
        const schema = sdk === "sdk" ? made : made && frameworkSchema(go, made);
        if (schema === undefined) failed(type, built instanceof Unknown ? built.why : "no schema");
        else {
          const spec = region instanceof Called ? region.args[0] : region;
          const regional = member(spec, "IsOverrideEnabled") === true;
          yield { type, path, sdk, schema, own: sdk === "sdk" ? undefined : made, regional };
        }
      }
    }
  }
}

function firstOf(value: Value): Struct | undefined {
  const first = value instanceof Tuple ? value.values[0] : undefined;
  return first instanceof Struct ? first : undefined;
}

function frameworkSchema(go: Evaluator, resource: Struct): Struct | undefined {
  const method = go.member(resource, "Schema");
  const response = new Struct(new Type("named", "resource", "SchemaResponse"), new Map());
  if (!(method instanceof Closure)) return undefined;
  go.apply(method, [new Unknown("context"), new Unknown("request"), response]);
  const schema = response.fields.get("Schema");
  return schema instanceof Struct ? schema : undefined;
}

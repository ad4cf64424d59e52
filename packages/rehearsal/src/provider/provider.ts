import { isObject, type ObjectValue, Unknown, type Value } from "@platform/terraform";
import { answered } from "../answers";
import { allTags } from "../facts/aws";
import type { Facts, Finding } from "../facts/facts";
import { type Block, describedType, fits } from "../schema/block";
import type { Kind, ProviderSchema } from "../schema/program";
import { archive } from "./archive";
import type { ChangedPath } from "./changed-paths";
import type { Cloud } from "./cloud";
import { computeUnknown, type Location, renderTemplate, type Subject } from "./computed-values";
import { addsValues, isAbsent, keepEquivalent, markRefreshed, markUnknown, replacing } from "./plan-change";

/** Account of a provider that does not say `allowed_account_ids`. */
export const defaultAccount = "123456789012";
const defaultRegion = "us-east-1";

/** One configured provider instance: `provider "aws" { region = "eu-west-1" }`. */
export interface Configured extends Location {
  readonly defaultTags: Value;
}

/** @param config the provider's configuration block */
export function configured(config: ObjectValue): Configured {
  const [account] = Array.isArray(config.allowed_account_ids) ? config.allowed_account_ids : [];
  const [defaults] = Array.isArray(config.default_tags) ? config.default_tags : [];
  return {
    account: typeof account === "string" ? account : (process.env.REHEARSAL_ACCOUNT_ID ?? defaultAccount),
    region: typeof config.region === "string" ? config.region : (process.env.AWS_REGION ?? defaultRegion),
    defaultTags: isObject(defaults) ? (defaults.tags ?? null) : null,
  };
}

export interface Planned {
  readonly state: ObjectValue | null;
  /** Paths, as the protocol writes them. */
  readonly replacedBy: readonly ChangedPath["steps"][];
  /** Whether the plan holds blocks or defaults that the configuration does not. */
  readonly legacy: boolean;
}

/** A provider without a cloud behind it: what hashicorp/aws and its like would answer, as far as a plan and a state go. */
export class OfflineProvider {
  constructor(
    readonly name: string,
    readonly schema: () => ProviderSchema,
    readonly facts: Facts,
    private readonly cloud: Cloud,
    /** Version of the provider that the schema is of. @default the one that the facts are of */
    private readonly version?: string,
  ) {}

  /** What the provider would refuse in a configuration that Terraform itself accepts. */
  validate(kind: Kind, type: string, config: ObjectValue): Finding[] {
    const block = this.#block(kind, type);
    const check = (values: ObjectValue) =>
      kind === "resource" ? this.facts.check(type, values, block, this.version) : [];
    // Only where something is wrong is it worth a look at whether the program itself said it.
    const findings = check(config).length === 0 ? [] : check(this.cloud.madeUp.hiddenIn(config));
    return [...unconfigurable(block, config, []), ...findings];
  }

  /**
   * @param config what the program says, without the prior state
   * @param imported whether the prior state came of an import, and so lacks what only the cloud would know
   */
  plan(
    type: string,
    config: ObjectValue,
    prior: ObjectValue | null,
    proposed: ObjectValue | null,
    at: Configured,
    imported: boolean,
  ): Planned {
    if (proposed === null) return { state: null, replacedBy: [], legacy: false };
    const block = this.#block("resource", type);
    const marked = this.#foreseen(type, block, markUnknown(block, proposed, prior), at, config);
    const legacy = addsValues(block);
    if (prior === null) return { state: marked, replacedBy: [], legacy };
    const state = markRefreshed(type, this.facts, prior, keepEquivalent(type, this.facts, prior, marked));
    const replacedBy = replacing(type, block, this.facts, prior, state).filter(
      ({ steps: [name = ""] }) => !(imported && isAbsent(prior[name] ?? null)),
    );
    return { state, replacedBy: replacedBy.map(({ steps }) => steps), legacy };
  }

  apply(type: string, planned: ObjectValue | null, prior: ObjectValue | null, at: Configured): ObjectValue | null {
    if (planned === null) return null;
    const id = prior?.id;
    const own = typeof id === "string" ? `${type} ${id}` : this.cloud.seed(type, [at.account, at.region, planned]);
    const made = this.#made(this.#subject("resource", type, at, own), planned);
    return type === "archive_file" ? { ...made, ...archive(made, this.cloud.folders, this.cloud.unbuilt) } : made;
  }

  read(type: string, state: ObjectValue): ObjectValue | null {
    return this.cloud.read(type, state);
  }

  /** What a data source or an ephemeral resource answers: what its authors say, and what follows from its type else. */
  open(kind: "data" | "ephemeral", type: string, config: ObjectValue, at: Configured): ObjectValue {
    const block = this.#block(kind, type);
    const seed = `${type} ${at.account} ${at.region} ${JSON.stringify(config)}`;
    const marked = markUnknown(block, config, null);
    const said = Object.entries(answered(kind, this.cloud.answers, type, config)).filter(([name]) => name in marked);
    for (const [name, value] of said) {
      const wanted = block.attributes[name]?.type;
      if (wanted !== undefined && !fits(wanted, value))
        throw new Error(
          `the answers say ${JSON.stringify(value)} for ${name} of ${type}, which is ${describedType(wanted)}`,
        );
    }
    const planned = this.#foreseen(type, block, { ...marked, ...Object.fromEntries(said) }, at, config);
    const answer = this.#made(this.#subject(kind, type, at, seed), planned);
    return type === "archive_file" ? { ...answer, ...archive(answer, this.cloud.folders, this.cloud.unbuilt) } : answer;
  }

  /** What a function of the provider returns. */
  call(name: string, args: readonly Value[]): Value {
    const call = this.facts.functions[name];
    if (call === undefined) throw new Error(`the provider has no function ${name}`);
    return call.returns(args);
  }

  /** What the authors say that functions of this provider return, by the functions' names. */
  answers(): Record<string, unknown> {
    const prefix = `provider::${this.name}::`;
    return Object.fromEntries(
      Object.entries(this.cloud.answers.functions).flatMap(([name, value]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
      ),
    );
  }

  /** What an import finds: the id, the attribute the id is made of, and computed values; the cloud tells no more. */
  import(type: string, id: string, at: Configured): ObjectValue {
    const block = this.#block("resource", type);
    const template = this.facts.resources(type).id;
    const source = typeof template === "string" ? /^\{(\w+)\}$/.exec(template)?.[1] : undefined;
    const state = conform(block, {
      id,
      ...(source !== undefined && source in block.attributes ? { [source]: id } : {}),
    });
    for (const [name, attribute] of Object.entries(block.attributes)) {
      if (attribute.given === "never" && state[name] === null) state[name] = new Unknown();
      else state[name] ??= attribute.default ?? null;
    }
    return this.#made(this.#subject("resource", type, at, `${type} ${id}`), state);
  }

  /** A stored state in the shape of today's schema: what it no longer has is dropped, what is new is null. */
  upgrade(type: string, stored: ObjectValue): ObjectValue {
    return conform(this.#block("resource", type), stored);
  }

  #made(subject: Subject, planned: ObjectValue): ObjectValue {
    const made = computeUnknown(subject, planned);
    this.cloud.madeUp.add(planned, made);
    return made;
  }

  /** Sets what AWS's provider knows at plan time already. */
  #foreseen(type: string, block: Block, planned: ObjectValue, at: Configured, config: ObjectValue): ObjectValue {
    const known = { ...planned };
    const templates = { ...this.facts.planned["*"], ...this.facts.planned[type] };
    for (const [name, template] of Object.entries(templates)) {
      if (!(known[name] instanceof Unknown)) continue;
      known[name] = renderTemplate({ ...this.#subject("resource", type, at, type), block }, known, name, template);
    }
    if ("tags_all" in known && "tags" in known && (config.tags_all ?? null) === null)
      known.tags_all = allTags(known.tags ?? null, at.defaultTags);
    return known;
  }

  #subject(kind: Kind, type: string, location: Location, seed: string): Subject {
    const templates = { ...this.facts.resources(type), ...(kind === "data" ? this.facts.data(type) : {}) };
    const elements = kind === "data" ? 3 : 1;
    return { type, block: this.#block(kind, type), facts: this.facts, templates, location, seed, elements };
  }

  #block(kind: Kind, type: string): Block {
    const schema = this.schema();
    const block = schema[kind][type] ?? schema.resource[type] ?? schema.data[type] ?? schema.ephemeral[type];
    if (block === undefined) throw new Error(`no program that this rehearsal was started for uses ${type}`);
    return block;
  }
}

/** Values given to attributes that the cloud alone sets. */
function unconfigurable(block: Block, config: ObjectValue, path: Finding["path"]): Finding[] {
  const own = Object.entries(block.attributes).flatMap(([name, { given }]): Finding[] => {
    if (given !== "never" || (config[name] ?? null) === null) return [];
    const shown = [...path, name].filter((step) => typeof step === "string").join(".");
    return [
      { path: [...path, name], detail: `Can't configure a value for "${shown}": it is set by the provider alone.` },
    ];
  });
  const nested = Object.entries(block.blocks).flatMap(([name, { block: inner }]) => {
    const value = config[name] ?? null;
    if (!Array.isArray(value)) return isObject(value) ? unconfigurable(inner, value, [...path, name]) : [];
    return value.flatMap((item, index) => (isObject(item) ? unconfigurable(inner, item, [...path, name, index]) : []));
  });
  return [...own, ...nested];
}

/** A value with exactly the members of a block: unknown ones are dropped, missing ones are null or empty. */
function conform(block: Block, stored: ObjectValue): ObjectValue {
  const state: ObjectValue = {};
  for (const name of Object.keys(block.attributes)) state[name] = stored[name] ?? null;
  for (const [name, nested] of Object.entries(block.blocks)) {
    const value = stored[name] ?? null;
    if (Array.isArray(value)) state[name] = value.map((item) => (isObject(item) ? conform(nested.block, item) : item));
    else if (isObject(value)) state[name] = conform(nested.block, value);
    else state[name] = nested.nesting === "single" ? null : [];
  }
  return state;
}

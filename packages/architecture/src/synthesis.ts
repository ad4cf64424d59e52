import { crossStackOutput, isObject, type Reference, references, resourcesOf, type Stack } from "@platform/terraform";

/** Settings of a resource or a block, by Terraform's names. */
export type Settings = { readonly [name: string]: unknown };

/** Every resource of some stacks, and who refers to whom, across stacks too. */
export class Synthesis {
  readonly resources: readonly Resource[];
  readonly #stacks: ReadonlyMap<string, Stack>;
  readonly #byAddress: ReadonlyMap<string, Resource>;

  /** @param stacks as `readAssembly` of @platform/terraform reads them from a `cdktf.out` */
  constructor(stacks: readonly Stack[]) {
    this.#stacks = new Map(stacks.map((stack) => [stack.name, stack]));
    this.resources = stacks
      .flatMap(resourcesOf)
      .map(({ stack, type, name, path, settings }) => new Resource(this, stack, type, name, path, settings));
    this.#byAddress = new Map(this.resources.map((resource) => [resource.address, resource]));
  }

  get stacks(): readonly string[] {
    return [...this.#stacks.keys()];
  }

  of(type: string): readonly Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The resources that a value of a stack refers to, whatever stack they are in; each once. */
  referredBy(stack: string, value: unknown): readonly Resource[] {
    return [...new Set([...references(value)].flatMap((reference) => this.#resources(stack, reference)))];
  }

  #resources(stack: string, reference: Reference): readonly Resource[] {
    const read = crossStackOutput(reference);
    if (read !== undefined) {
      const outputs = this.#stacks.get(read.stack)?.configuration.output;
      const output = isObject(outputs) ? outputs[read.output] : undefined;
      return isObject(output) ? this.referredBy(read.stack, output.value) : [];
    }
    const { mode, type, name } = reference;
    const found = mode === "managed" ? this.#byAddress.get(`${stack}/${type}.${name}`) : undefined;
    return found === undefined ? [] : [found];
  }
}

/** A resource as Terraform will read it. */
export class Resource {
  readonly address: string;
  readonly #synthesis: Synthesis;

  constructor(
    synthesis: Synthesis,
    readonly stack: string,
    readonly type: string,
    name: string,
    /** Its construct ids, below the stack. */
    readonly path: string,
    readonly settings: Settings,
  ) {
    this.#synthesis = synthesis;
    this.address = `${stack}/${type}.${name}`;
  }

  /** A setting as text; empty when it is not set. */
  text(setting: string): string {
    const value = this.settings[setting];
    return value === undefined ? "" : String(value);
  }

  /** What it refers to in these settings, or in any when none is given. */
  refersTo(...settings: readonly string[]): readonly Resource[] {
    const values = settings.length === 0 ? this.settings : settings.map((setting) => this.settings[setting]);
    return this.#synthesis.referredBy(this.stack, values);
  }

  /** What refers to it: resources of a type, in a setting of theirs. */
  referrers(type: string, ...settings: readonly string[]): readonly Resource[] {
    return this.#synthesis.of(type).filter((other) => other.refersTo(...settings).includes(this));
  }
}

/** Settings of a resource or a block, by Terraform's names. */
export type Settings = { readonly [name: string]: unknown };

/** A stack as Terraform will read it. */
export interface Program {
  readonly resource?: Record<string, Record<string, Settings & { readonly "//": { metadata: { path: string } } }>>;
  readonly output?: Record<string, { readonly value: unknown }>;
  readonly data?: { readonly terraform_remote_state?: Record<string, { readonly config: { readonly key: string } }> };
}

/** Every resource of some stacks, and who refers to whom, across stacks too. */
export class Synthesis {
  readonly resources: readonly Resource[];
  readonly #programs: ReadonlyMap<string, Program>;
  readonly #byAddress: ReadonlyMap<string, Resource>;

  constructor(programs: readonly (readonly [stack: string, program: Program])[]) {
    this.#programs = new Map(programs);
    this.resources = programs.flatMap(([stack, { resource = {} }]) =>
      Object.entries(resource).flatMap(([type, named]) =>
        Object.entries(named).map(([name, { "//": comment, ...settings }]) => {
          const path = comment.metadata.path.slice(stack.length + 1);
          return new Resource(this, stack, type, name, path, settings);
        }),
      ),
    );
    this.#byAddress = new Map(this.resources.map((resource) => [resource.address, resource]));
  }

  get stacks(): readonly string[] {
    return [...this.#programs.keys()];
  }

  of(type: string): readonly Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The resources that a value of a stack refers to, whatever stack they stand in; each once. */
  referredBy(stack: string, value: unknown): readonly Resource[] {
    return [...new Set(this.#addresses(stack, value))].flatMap((address) => this.#byAddress.get(address) ?? []);
  }

  #addresses(stack: string, value: unknown): readonly string[] {
    if (Array.isArray(value)) return value.flatMap((item) => this.#addresses(stack, item));
    if (typeof value === "object" && value !== null) return this.#addresses(stack, Object.values(value));
    if (typeof value !== "string") return [];
    const expressions = [...value.matchAll(/\$\{([^}]*)\}/g)].map(([, expression = ""]) => expression);
    return expressions.flatMap((expression) => [
      ...[...expression.matchAll(/(?<![\w.-])(aws_\w+\.[\w-]+)/g)].map(([, address]) => `${stack}/${address}`),
      ...[...expression.matchAll(/data\.terraform_remote_state\.([\w-]+)\.outputs\.([\w-]+)/g)].flatMap(
        ([, remote = "", output = ""]) => this.#output(stack, remote, output),
      ),
    ]);
  }

  /** A stack reads another one's output from its state: `production-network.tfstate`. */
  #output(stack: string, remote: string, output: string): readonly string[] {
    const state = this.#programs.get(stack)?.data?.terraform_remote_state?.[remote];
    const other = state?.config.key.replace(/\.tfstate$/, "") ?? "";
    return this.#addresses(other, this.#programs.get(other)?.output?.[output]?.value);
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

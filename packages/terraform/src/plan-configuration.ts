import type { ConfiguredResource, PlanDocument } from "./plan-document";
import { type CrossStackOutput, crossStackOutput, referencesIn, stackRead } from "./references";
import { isRecord } from "./values";

/** What a stack's source says, as the plan repeats it. */
export interface Configuration {
  /** 12 digits of the account that the provider is pinned to. */
  readonly account: string | undefined;
  readonly region: string | undefined;
  /** Stacks whose outputs this one reads. */
  readonly dependencies: readonly string[];
  /** Addresses of the policies that are boundaries of roles or users: they grant nothing. */
  readonly boundaries: ReadonlySet<string>;
  /** What an attribute of a resource refers to: `aws_vpc.vpc.id` and the like. `address` is without an index. */
  references(address: string, attribute: string): readonly string[];
  /** What any attribute of a resource refers to. */
  allReferences(address: string): readonly string[];
  /** The texts of a resource's attributes, `${references}` unresolved. */
  texts(address: string): ReadonlyMap<string, string>;
  /** The entries of a list as the source writes it; undefined when it is none. */
  list(address: string, attribute: string): readonly unknown[] | undefined;
  /** What an output of the stack refers to. */
  outputReferences(output: string): readonly string[];
}

/** `aws_subnet.private["a"]` is configured as `aws_subnet.private`. */
export const withoutIndex = (address: string) => address.replace(/\[.*$/, "");

export function readConfiguration({ configuration }: PlanDocument): Configuration {
  const { resources, outputs } = configuration.root_module;
  const byAddress = new Map<string, ConfiguredResource>(
    resources
      .filter(({ mode }) => mode === "managed")
      .map((resource) => [`${resource.type}.${resource.name}`, resource]),
  );
  const expression = (address: string, attribute: string) =>
    byAddress.get(withoutIndex(address))?.expressions[attribute];
  const provider = configuration.provider_config.aws?.expressions ?? {};
  const account = constant(provider.allowed_account_ids);
  const region = constant(provider.region);
  return {
    account: Array.isArray(account) && account.length === 1 ? String(account[0]) : undefined,
    region: typeof region === "string" ? region : undefined,
    dependencies: resources.flatMap((resource) => stackRead(resource) ?? []),
    boundaries: new Set(resources.flatMap(({ expressions }) => textsIn(expressions.permissions_boundary))),
    references: (address, attribute) => textsIn(expression(address, attribute)),
    allReferences: (address) => textsIn(byAddress.get(withoutIndex(address))?.expressions),
    texts: (address) =>
      new Map(
        Object.entries(byAddress.get(withoutIndex(address))?.expressions ?? {}).flatMap(([name, written]) => {
          const value = constant(written);
          return typeof value === "string" ? [[name, value] as const] : [];
        }),
      ),
    list: (address, attribute) => {
      const value = constant(expression(address, attribute));
      return Array.isArray(value) ? value : undefined;
    },
    outputReferences: (output) => textsIn(outputs[output]?.expression),
  };
}

/** An output of another stack: `data.terraform_remote_state.cross-stack-reference-input-NAME.outputs.OUTPUT`. */
export function crossStackReference(text: string): CrossStackOutput | undefined {
  const [reference] = referencesIn(text);
  return reference && crossStackOutput(reference);
}

function constant(expression: unknown): unknown {
  return isRecord(expression) ? expression.constant_value : undefined;
}

/** Blocks nest: an expression is `{ references }`, or has expressions inside. */
function textsIn(expression: unknown): readonly string[] {
  if (Array.isArray(expression)) return expression.flatMap(textsIn);
  if (!isRecord(expression)) return [];
  const { references } = expression;
  if (Array.isArray(references)) return references.filter((reference) => typeof reference === "string");
  return "constant_value" in expression ? [] : Object.values(expression).flatMap(textsIn);
}

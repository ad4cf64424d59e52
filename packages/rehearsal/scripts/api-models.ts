import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** The parts of a model of an AWS API that say what its operations take. */
const shape: z.ZodType<Shape> = z.lazy(() =>
  z.object({
    shape: z.string().optional(),
    type: z.string().optional(),
    required: z.array(z.string()).default([]),
    members: z.record(z.string(), shape).optional(),
  }),
);
interface Shape {
  readonly shape?: string | undefined;
  readonly type?: string | undefined;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, Shape>> | undefined;
}
const model = z.object({
  metadata: z.object({ serviceId: z.string(), signingName: z.string().optional(), endpointPrefix: z.string() }),
  operations: z.record(z.string(), z.object({ input: shape.optional() })),
  shapes: z.record(z.string(), shape),
});

/** What an operation takes: argument (one word, in the singular) -> whether it must. */
export type Arguments = ReadonlyMap<string, boolean>;

export interface Operation {
  readonly verb: string;
  /** What it is done to, in one word. */
  readonly noun: string;
  readonly words: readonly string[];
  readonly takes: Arguments;
}

/** One AWS API. */
export interface Api {
  /** Its names: of endpoint, signature and service. */
  readonly names: readonly string[];
  readonly operations: readonly Operation[];
}

const snake = (name: string) =>
  name
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
const singular = (word: string) =>
  word
    .replace(/ies$/, "y")
    .replace(/(?<=[sx])es$/, "")
    .replace(/(?<!s)s$/, "");
/** One word for a name in either form. */
export const plain = (name: string) => singular(snake(name).replaceAll("_", ""));
export const wordsOf = (name: string) => snake(name).split("_").map(singular);

/** Structures that only hold the rest of an operation's arguments. */
const wrapper =
  /(Config|Request|Input|Settings|Data|Info|Attributes|Update|Updates|Properties|Options|Specification|Parameters)$|^new|^virtualInterface$/;

/** Every API in its newest version. @param folder of the unpacked package aws-sdk */
export function apisIn(folder: string): Api[] {
  const apis = join(folder, "apis");
  const newest = new Map<string, z.infer<typeof model>>();
  for (const file of readdirSync(apis).sort()) {
    if (!file.endsWith(".min.json")) continue;
    const { data } = model.safeParse(JSON.parse(readFileSync(join(apis, file), "utf8")));
    if (data !== undefined) newest.set(data.metadata.serviceId, data);
  }
  return [...newest.values()].map(({ metadata, operations, shapes }) => {
    const resolved = (one: Shape): Shape => {
      const named = one.members === undefined && one.shape !== undefined ? shapes[one.shape] : undefined;
      return named === undefined ? one : resolved(named);
    };
    const takes = (input: Shape, change: boolean): Arguments => {
      const { members = {}, required = [] } = resolved(input);
      const own = Object.keys(members).map((name): [string, boolean] => [plain(name), required.includes(name)]);
      const wrapped = Object.entries(members).flatMap(([name, member]) => {
        const inner = resolved(member);
        return inner.type === "structure" && (change || wrapper.test(name)) ? Object.keys(inner.members ?? {}) : [];
      });
      return new Map([...wrapped.map((name): [string, boolean] => [plain(name), false]), ...own]);
    };
    const service = metadata.serviceId.toLowerCase();
    const names = [metadata.signingName ?? "", metadata.endpointPrefix];
    return {
      names: [...names, ...["", "_", "-"].map((separator) => service.replaceAll(" ", separator))],
      operations: Object.entries(operations).flatMap(([name, { input }]): Operation[] => {
        const [, verb, object] = /^([A-Z][a-z]+)([A-Z].*)$/.exec(name) ?? [];
        if (verb === undefined || object === undefined) return [];
        const noun = object.replace(/(V2|2|\d{4}_\d\d_\d\d)$/, "");
        // What a change takes may be inside of any structure.
        const taken = input === undefined ? new Map() : takes(input, /^(Update|Modify|Change)$/.test(verb));
        return [{ verb, noun: plain(noun), words: wordsOf(noun), takes: taken }];
      }),
    };
  });
}

import type { Evaluator } from "./evaluate";
import { Called, Closure, GoMap, Tuple, Type, Unknown, type Value } from "./values";

/** A function of Go or of its library; undefined where it cannot say: then the call is kept as it is written. */
type Builtin = (go: Evaluator, args: readonly Value[]) => Value | undefined;

const slices = "github.com/hashicorp/terraform-provider-aws/internal/slices";

const list = (value: Value | undefined) => (Array.isArray(value) ? value : value === null ? [] : undefined);
const onTexts =
  (made: (...texts: string[]) => Value): Builtin =>
  (_go, args) => {
    const texts = args.filter((arg) => typeof arg === "string");
    return texts.length === args.length ? made(...texts) : undefined;
  };
const clone: Builtin = (_go, [on]) =>
  on instanceof GoMap ? new GoMap(new Map(on.entries), on.type) : Array.isArray(on) ? [...on] : undefined;
const concat: Builtin = (_go, args) => {
  const lists = args.map(list);
  return lists.every((one) => one !== undefined) ? lists.flat() : undefined;
};
const map: Builtin = (go, [on, made]) => list(on)?.map((one) => go.apply(made ?? null, [one]));
const filter: Builtin = (go, [on, keeps]) => list(on)?.filter((one) => go.apply(keeps ?? null, [one]) === true);
const first: Builtin = (_go, [only]) => only;
const keys: Builtin = (_go, [on]) => (on instanceof GoMap ? [...on.entries.keys()] : undefined);
const sorted: Builtin = (_go, [on]) => list(on)?.toSorted((a, b) => (String(a) < String(b) ? -1 : 1));

/** Go's own functions by their names, those of packages with the package's import path before. */
const functions: Readonly<Record<string, Builtin>> = {
  append: (_go, [to, ...more]) => [...(list(to ?? null) ?? [new Unknown("append to what is not known")]), ...more],
  len: (_go, [on]) =>
    typeof on === "string"
      ? Buffer.byteLength(on)
      : on instanceof GoMap
        ? on.entries.size
        : (list(on)?.length ?? new Unknown("len of what is not known")),
  make: (go, [type]) => (type instanceof Type && go.underlying(type).kind === "map" ? new GoMap(new Map(), type) : []),
  new: () => null,
  delete: (_go, [on, key]) => {
    if (on instanceof GoMap && key !== undefined) on.entries.delete(key);
    return null;
  },
  panic: () => null,
  max: (_go, args) => Math.max(...args.map(Number)),
  min: (_go, args) => Math.min(...args.map(Number)),
  "maps.Clone": clone,
  "maps.Copy": (_go, [to, from]) => {
    if (to instanceof GoMap && from instanceof GoMap)
      for (const [key, value] of from.entries) to.entries.set(key, value);
    return null;
  },
  "maps.Keys": keys,
  "golang.org/x/exp/maps.Keys": keys,
  "slices.Clone": clone,
  "slices.Concat": concat,
  "slices.Collect": first,
  "slices.Sorted": sorted,
  "slices.Values": first,
  "slices.Contains": (_go, [on, one]) =>
    one === undefined || typeof one === "object" ? undefined : list(on)?.includes(one),
  // Each caller gets a value of its own: some change what they got.
  "sync.OnceValue": first,
  [`${slices}.ApplyToAll`]: map,
  [`${slices}.Filter`]: filter,
  [`${slices}.AppendUnique`]: (_go, [to, ...more]) => [...new Set([...(list(to ?? null) ?? []), ...more])],
  [`${slices}.Of`]: (_go, args) => [...args],
  "strings.ToLower": onTexts((text = "") => text.toLowerCase()),
  "strings.ToUpper": onTexts((text = "") => text.toUpperCase()),
  "strings.TrimSuffix": onTexts((text = "", end = "") => (text.endsWith(end) ? text.slice(0, -end.length) : text)),
  "strings.ReplaceAll": onTexts((text = "", from = "", to = "") => text.replaceAll(from, to)),
  "strings.HasPrefix": onTexts((text = "", start = "") => text.startsWith(start)),
  "strings.HasSuffix": onTexts((text = "", end = "") => text.endsWith(end)),
  "strings.Join": (_go, [parts, between]) => {
    const texts = list(parts)?.filter((part) => typeof part === "string");
    return texts !== undefined && typeof between === "string" ? texts.join(between) : undefined;
  },
  "strconv.Itoa": (_go, [number]) => (typeof number === "number" ? String(number) : undefined),
  "fmt.Sprintf": (_go, [form, ...args]) => {
    if (typeof form !== "string") return undefined;
    const rest = [...args];
    return form.replaceAll(/%(?:\[(\d+)\])?[-+.\d]*([a-zA-Z%])/g, (_all, at: string | undefined, verb: string) => {
      if (verb === "%") return "%";
      const arg = at === undefined ? rest.shift() : args[Number(at) - 1];
      const text = arg instanceof Called || arg instanceof Tuple ? "?" : String(arg);
      return verb === "q" ? JSON.stringify(text) : text;
    });
  },
};

const conversions =
  "string bool byte rune int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 float32 float64 any".split(" ");

export const builtins: ReadonlyMap<string, Builtin> = new Map([
  ...conversions.map((name): [string, Builtin] => [name, first]),
  ...Object.entries(functions),
]);

/** Methods of types of Go's library: `sync.Once`, and `sync.Map`, which remembers nothing here. */
export const methods: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ["Do", (go, [made]) => (made instanceof Closure ? go.apply(made, []) : undefined)],
  ["Load", () => new Tuple([null, false])],
  ["LoadOrStore", (_go, [, value]) => new Tuple([value ?? null, false])],
]);

/** Constants of Go's library and of the SDK. */
export const constants: ReadonlyMap<string, Value> = new Map([
  ["math.MaxInt", Number.MAX_SAFE_INTEGER],
  ["math.MaxInt8", 127],
  ["math.MaxInt16", 2 ** 15 - 1],
  ["math.MaxUint16", 2 ** 16 - 1],
  ["math.MaxInt32", 2 ** 31 - 1],
  ["math.MaxUint32", 2 ** 32 - 1],
  ["math.MinInt32", -(2 ** 31)],
  ["github.com/hashicorp/terraform-plugin-sdk/v2/helper/id.UniqueIDSuffixLength", 26],
]);

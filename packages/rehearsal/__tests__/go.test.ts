import { Evaluator } from "../scripts/go/evaluate";
import { type Declaration, declarationIn, type Source } from "../scripts/go/source";
import { goParser } from "../scripts/go/syntax";
import { Called, Closure, External, GoMap, nameOf, Struct, Unknown, type Value } from "../scripts/go/values";

const parse = goParser();

/** A module whose packages are texts: each declaration in one of its own. */
async function goOf(packages: Readonly<Record<string, readonly string[]>>, imports = ""): Promise<Evaluator> {
  const toSyntax = await parse;
  const all = Object.entries(packages).flatMap(([name, texts]) =>
    texts.flatMap((text) => {
      const found = declarationIn(`example.org/m/${name}`, toSyntax(`package p\nimport (\n${imports}\n)\n${text}\n`));
      return found === undefined ? [] : [found];
    }),
  );
  const named = ({ node }: Declaration, name: string) =>
    [...node.walk()].some((part) => part.all("name").some(({ text }) => text === name));
  const source: Source = {
    module: "example.org/m",
    find: (path, name) =>
      all.find((one) => one.path === path && one.node.type !== "method_declaration" && named(one, name)),
    method: (path, type, name) =>
      all.find(
        (one) =>
          one.path === path &&
          one.node.type === "method_declaration" &&
          one.node.field("name")?.text === name &&
          (one.node.field("receiver")?.text ?? "").includes(type),
      ),
  };
  return new Evaluator(source, () => undefined);
}

/** What a function of Go gives, in JSON's words; calls of what is not there by their name and arguments. */
async function given(...declared: readonly string[]): Promise<unknown> {
  const go = await goOf({ p: declared }, '"maps"\n"strings"\n"slices"\n"fmt"\n"sync"\n"outside/schema"');
  return plain(go.apply(go.global("example.org/m/p", "f"), []));
}

function plain(value: Value): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof GoMap)
    return Object.fromEntries([...value.entries].map(([key, one]) => [String(plain(key)), plain(one)]));
  if (value instanceof Struct) return Object.fromEntries([...value.fields].map(([key, one]) => [key, plain(one)]));
  if (value instanceof Called) return [nameOf(value), ...value.args.map(plain)];
  if (value instanceof External || value instanceof Closure) return nameOf(value);
  return value instanceof Unknown ? "unknown" : value;
}

it.each<[string, unknown, ...string[]]>([
  [
    "a literal whose elements leave out their type",
    { a: { Type: "outside/schema.TypeInt" } },
    'func f() any { return map[string]*schema.Schema{"a": {Type: schema.TypeInt}} }',
  ],
  [
    "numbers, texts and escapes",
    [16, 1000, -1.5, 'a"\n`', "\\d", 120],
    'func f() any { return []any{0x10, 1_000, -1.5, "a\\"\\n`", `\\d`, \'x\'} }',
  ],
  ["a constant of the package", "ab", 'func f() any { return c + "b" }', 'const c = "a"'],
  [
    "a variable that a loop fills",
    { a: 1, b: 1 },
    'func f() any { m := make(map[string]int); for _, k := range []string{"a", "b"} { m[k] = 1 }; return m }',
  ],
  [
    "a loop that counts, and leaves early",
    [0, 2],
    "func f() any { var l []int; for i := 0; i < 9; i++ { if i == 1 { continue }; if i > 2 { break }; l = append(l, i) }; return l }",
  ],
  [
    "a field set after the value was built",
    { Optional: true, ForceNew: true },
    "func f() any { s := &schema.Schema{Optional: true}; s.ForceNew = true; return s }",
  ],
  [
    "a field of a map's element",
    { a: { ForceNew: true } },
    'func f() any { m := map[string]*schema.Schema{"a": {}}; m["a"].ForceNew = true; return m }',
  ],
  [
    "a copy that changes apart from what it was made of",
    [{ a: 1 }, { a: 2 }],
    'func f() any { m := map[string]int{"a": 1}; n := maps.Clone(m); n["a"] = 2; return []any{m, n} }',
  ],
  [
    "a struct behind a pointer that is copied",
    [{ A: 1 }, { A: 2 }],
    "func f() any { p := &s{A: 1}; q := *p; q.A = 2; return []any{p, q} }",
    "type s struct { A int }",
  ],
  [
    "a key that is taken out",
    { b: 2 },
    'func f() any { m := map[string]int{"a": 1, "b": 2}; delete(m, "a"); return m }',
  ],
  [
    "parameters, of which the last takes the rest",
    ["a", ["b", "c"]],
    'func f() any { return g("a", []string{"b", "c"}...) }',
    "func g(x string, rest ...string) any { return []any{x, rest} }",
  ],
  [
    "a condition on what was passed",
    ["yes", "no"],
    "func f() any { return []any{g(true), g(false)} }",
    'func g(b bool) string { if b && !false { return "yes" } else { return "no" } }',
  ],
  [
    "the second of two results",
    [2, true],
    'func f() any { _, n := g(); m := map[string]int{"a": 1}; _, ok := m["a"]; return []any{n, ok} }',
    "func g() (int, int) { return 1, 2 }",
  ],
  ["results that have names", "x", "func f() any { return g() }", 'func g() (s string) { s = "x"; return }'],
  ["a function without a name", 3, "func f() any { add := func(a, b int) int { return a + b }; return add(1, 2) }"],
  [
    "what is made once, anew for each",
    [{ A: 1 }, { A: 2 }],
    "func f() any { a := once(); b := once(); b.A = 2; return []any{a, b} }",
    "var once = sync.OnceValue(func() *s { return &s{A: 1} })",
    "type s struct { A int }",
  ],
  [
    "a method, and one of what is embedded",
    ["own", "inner"],
    "func f() any { o := &outer{}; return []any{o.Own(), o.Inner()} }",
    'func (o *outer) Own() string { return "own" }',
    "type outer struct { inner }",
    "type inner struct {}",
    'func (i inner) Inner() string { return "inner" }',
  ],
  [
    "a switch",
    ["one", "other"],
    "func f() any { return []any{g(1), g(5)} }",
    'func g(n int) string { switch n { case 1, 2: return "one"; default: return "other" } }',
  ],
  [
    "a call from outside as it is written, with its types",
    ["outside/schema.Between", 1, 2],
    "func f() any { return schema.Between(1, 2) }",
  ],
  [
    "a chain of calls from outside",
    ["outside/schema.Root().AtName", "x"],
    'func f() any { return schema.Root("a").AtName("x") }',
  ],
  [
    "a generic function with one argument",
    { Name: "x" },
    'func f() any { return g[schema.Schema]("x") }',
    "func g[T any](n string) any { return &schema.Schema{Name: n} }",
  ],
  [
    "functions of the library",
    ["AB", true, ["a", "b"], 'n=1 "q"'],
    'func f() any { return []any{strings.ToUpper("ab"), strings.HasPrefix("ab", "a"), slices.Concat([]string{"a"}, []string{"b"}), fmt.Sprintf("n=%d %q", 1, "q")} }',
  ],
  ["lists cut in two", [[1], [2, 3]], "func f() any { l := []int{1, 2, 3}; return []any{l[:1], l[1:]} }"],
  [
    "the value before anything is set",
    { A: "", B: 0, C: false },
    "func f() any { var x s; return &s{A: x.A, B: x.B, C: x.C} }",
    "type s struct { A string; B int; C bool }",
  ],
  ["what depends on the unknown, as unknown", "unknown", "func f() any { return nowhere.x + 1 }"],
])("Go's %s", async (_what, expected, ...declared) => {
  expect(await given(...declared)).toEqual(expected);
});

it("a function that calls itself without end is unknown", async () => {
  expect(await given("func f() any { return f() }")).toBe("unknown");
});

it("names of other packages of the module are read, and of others are not", async () => {
  const go = await goOf(
    { p: ["func f() any { return []any{q.Name, r.Name} }"], q: ['const Name = "q"'] },
    '"example.org/m/q"\n"elsewhere/r"',
  );
  expect(plain(go.apply(go.global("example.org/m/p", "f"), []))).toEqual(["q", "elsewhere/r.Name"]);
});

it("a file that is no Go is refused", async () => {
  const toSyntax = await parse;
  expect(() => toSyntax("package p\nfunc {")).toThrow("not Go");
});

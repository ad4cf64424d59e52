import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import ts from "typescript";

const packages = ["packages/rehearsal", "packages/plan-review", "packages/architecture", "packages/terraform"];

/**
 * The rooms from top to bottom, and what each may import beside itself: rooms below it alone. A program that is started
 * by its path counts as an import.
 */
const rooms: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "bench",
    ["ops", "local", "main.ts", "stacks", "dependencies", "lambda", "contracts", "config", "runtime", ...packages],
  ],
  ["abuse", ["ops", "local", "dependencies", "runtime"]],
  ["ops", ["main.ts", "stacks", "dependencies", "permissions", "contracts", "config", "runtime", ...packages]],
  ["local", ["dependencies", "contracts", "config", "runtime"]],
  ["main.ts", ["stacks", "config"]],
  ["stacks", ["dependencies", "constructs", "permissions", "config"]],
  ["dependencies", ["constructs", "config", "runtime", "packages/architecture"]],
  ["constructs", ["permissions", "config"]],
  ["permissions", ["config"]],
  ["lambda", ["contracts", "runtime"]],
  ["worker", ["contracts", "runtime"]],
  ["contracts", ["runtime"]],
  ["config", ["packages/terraform"]],
  ["runtime", ["packages/terraform"]],
  ["migrations", []],
  ["packages/rehearsal", ["packages/terraform"]],
  ["packages/plan-review", ["packages/terraform"]],
  ["packages/architecture", ["packages/terraform"]],
  ["packages/terraform", []],
  ["packages/build.mjs", []],
  ["jest.config.mjs", []],
]);

const room = (file: string) =>
  file
    .split("/")
    .slice(0, file.startsWith("packages/") ? 2 : 1)
    .join("/");

const listed = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx", "*.mjs"],
  {
    encoding: "utf8",
  },
);
const files = new Set(listed.split("\n").filter((file) => file !== "" && ts.sys.fileExists(file)));
const sources = [...files].filter((file) => !file.includes("__tests__/"));
const texts = new Map(sources.map((file) => [file, readFileSync(file, "utf8")]));

interface Import {
  readonly from: string;
  readonly to: string;
  readonly how: "imports" | "starts";
  /** As it is written. */
  readonly specifier: string;
}

/** The file of ours that a specifier means; undefined for an installed package. */
function resolved(from: string, specifier: string): string | undefined {
  const [, workspace] = /^@platform\/(.+)$/.exec(specifier) ?? [];
  if (workspace !== undefined) return `packages/${workspace}/src/index.ts`;
  if (!specifier.startsWith(".")) return undefined;
  const path = join(dirname(from), specifier);
  return fileAt(path) ?? path;
}

/** A source by its path with any extension or none. */
function fileAt(path: string): string | undefined {
  const bare = path.replace(/\.[mc]?js$/, "");
  return [path, `${bare}.ts`, `${bare}.tsx`, join(bare, "index.ts")].find((file) => files.has(file));
}

/** The program that a path starts: a file, or a folder's main.ts (local/bundle.ts). */
const programAt = (path: string) =>
  [path, ...(path.includes("/") ? [join(path, "main.ts")] : [])].find((file) => files.has(file));

/** Every string of a file that may be a path: without what is in the text of a template, and names joined to a folder. */
function paths(text: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node, parent: ts.Node) => {
    const isJoined = ts.isCallExpression(parent) && node !== parent.arguments[0];
    if (ts.isStringLiteralLike(node) && (node.text.includes("/") || !isJoined)) found.push(node.text);
    ts.forEachChild(node, (child) => visit(child, node));
  };
  const file = ts.createSourceFile("file.tsx", text, ts.ScriptTarget.Latest);
  visit(file, file);
  return found;
}

const imports: readonly Import[] = [...texts].flatMap(([from, text]) => {
  const imported = ts.preProcessFile(text, true, true).importedFiles.flatMap(({ fileName: specifier }) => {
    const to = resolved(from, specifier);
    return to === undefined ? [] : [{ from, to, how: "imports", specifier } as const];
  });
  const started = paths(text).flatMap((specifier) => {
    const to = programAt(specifier);
    return to === undefined ? [] : [{ from, to, how: "starts", specifier } as const];
  });
  return [...imported, ...started];
});
const told = ({ from, how, to }: Import) => `${from} ${how} ${to}`;

/** Every file that comes with a file: what it imports, what that imports, and so on. */
function loadedWith(entries: readonly string[]): ReadonlySet<string> {
  const loaded = new Set(entries);
  for (const file of loaded) {
    for (const { from, to, how } of imports) if (from === file && how === "imports") loaded.add(to);
  }
  return loaded;
}

test("every source file is in a room of the house", () => {
  expect(sources.filter((file) => !rooms.has(room(file)))).toEqual([]);
});

test("a room may import only rooms below it", () => {
  const order = [...rooms.keys()];
  const upward = [...rooms].flatMap(([above, below]) =>
    below.filter((name) => order.indexOf(name) <= order.indexOf(above)).map((name) => `${above} imports ${name}`),
  );
  expect(upward).toEqual([]);
});

test("imports run downward only, programs started by their path included", () => {
  const upward = imports.filter(
    ({ from, to }) => room(from) !== room(to) && !rooms.get(room(from))?.includes(room(to)),
  );
  expect(upward.map(told)).toEqual([]);
});

test("a workspace of packages/ is imported by its name, never by a path into it", () => {
  const inside = imports.filter(
    ({ from, to, specifier }) => room(from) !== room(to) && room(to).startsWith("packages/") && /^\./.test(specifier),
  );
  expect(inside.map(told)).toEqual([]);
});

test("a service imports no other service", () => {
  const service = (file: string) => file.split("/").slice(0, 2).join("/");
  const isService = (file: string) => ["lambda", "worker"].includes(room(file));
  const sideways = imports.filter(({ from, to }) => isService(from) && isService(to) && service(from) !== service(to));
  expect(sideways.map(told)).toEqual([]);
});

const sides = ["aws", "local", "container", "picture"];
/** The side that a file of dependencies/ is for: dependencies/local.ts, dependencies/queue/local.ts. */
const sideOf = (file: string) =>
  room(file) === "dependencies" ? sides.find((side) => basename(file) === `${side}.ts`) : undefined;
const sidesLoadedWith = (entries: readonly string[]) =>
  [...new Set([...loadedWith(entries)].flatMap((file) => sideOf(file) ?? []))].sort();
const sourcesOf = (...names: readonly string[]) => sources.filter((file) => names.includes(room(file)));

test.each(sides)("the %s side of a dependency loads no other side", (side) => {
  const ofSide = sources.filter((file) => sideOf(file) === side);
  expect(ofSide.length).toBeGreaterThan(1);
  expect(sidesLoadedWith(ofSide)).toEqual([side]);
});

test("synthesis loads the AWS side of dependencies alone", () => {
  expect(sidesLoadedWith(sourcesOf("main.ts", "stacks", "constructs", "permissions", "config"))).toEqual(["aws"]);
});

test("a service and the kit load no side of a dependency", () => {
  expect(sidesLoadedWith(sourcesOf("lambda", "worker", "contracts", "runtime"))).toEqual([]);
});

test("the local environment loads the local and the container side of dependencies alone", () => {
  expect(sidesLoadedWith(sourcesOf("local"))).toEqual(["container", "local"]);
});

test("the environment of the process is read at the entry points alone", () => {
  const readers = sourcesOf("main.ts", "stacks", "constructs", "config").filter((file) =>
    texts.get(file)?.includes("process.env"),
  );
  expect(readers).toEqual(["main.ts"]);
});

test("bindings are imported one resource at a time", () => {
  const fromIndex = [...texts].filter(([, text]) =>
    ts
      .preProcessFile(text, true, true)
      .importedFiles.some(({ fileName }) => /^@cdktf\/provider-[a-z]+$/.test(fileName)),
  );
  expect(fromIndex.map(([file]) => file)).toEqual([]);
});

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** What a room may import, beside itself and packages. Anything else runs upward or sideways. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["stacks", "config"],
  stacks: ["dependencies", "constructs", "permissions", "config"],
  constructs: ["permissions", "config"],
  permissions: ["config"],
  config: [],
  contracts: ["runtime"],
  lambda: ["contracts", "runtime"],
  worker: ["contracts", "runtime"],
  runtime: [],
  migrations: [],
  dependencies: ["constructs", "config", "runtime"],
  ops: [
    "contracts",
    "config",
    "permissions",
    "migrations",
    "runtime",
    "lambda",
    "worker",
    "stacks",
    "constructs",
    "dependencies",
  ],
  local: ["contracts", "config", "runtime", "dependencies", "lambda", "worker", "migrations"],
  packages: [],
  bench: [
    "contracts",
    "config",
    "stacks",
    "constructs",
    "lambda",
    "worker",
    "runtime",
    "migrations",
    "ops",
    "dependencies",
    "local",
    "packages",
  ],
};

/** Rooms whose folders must not know each other: each deploys by itself. */
const apart = ["lambda", "worker"];

const sources = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.mjs"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && !file.includes("__tests__/") && file !== "jest.config.mjs");

const room = (file: string) => file.split("/")[0] ?? "";

function relativeImports(file: string): readonly string[] {
  const source = readFileSync(file, "utf8");
  // A specifier that is still to be filled in belongs to what a template writes, not to the file that holds it.
  return [...source.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"$]+)"/g)].map(([, target]) =>
    normalize(join(dirname(file), target ?? "")),
  );
}

test("every source file stands in a room of the house", () => {
  expect(sources.filter((file) => !(room(file) in allowed))).toEqual([]);
});

test("imports run downward only", () => {
  const upward = sources.flatMap((file) =>
    relativeImports(file)
      .filter((target) => room(target) !== room(file) && !allowed[room(file)]?.includes(room(target)))
      .map((target) => `${file} imports ${target}`),
  );
  expect(upward).toEqual([]);
});

test("a service imports no other service", () => {
  const service = (file: string) => file.split("/").slice(0, 2).join("/");
  const sideways = sources
    .filter((file) => apart.includes(room(file)))
    .flatMap((file) =>
      relativeImports(file)
        .filter((target) => apart.includes(room(target)) && service(target) !== service(file))
        .map((target) => `${file} imports ${target}`),
    );
  expect(sideways).toEqual([]);
});

test("the environment of the process is read at the entry points alone", () => {
  const readers = sources
    .filter((file) => /^(main\.ts|stacks|constructs|config)/.test(file))
    .filter((file) => readFileSync(file, "utf8").includes("process.env"));
  expect(readers).toEqual(["main.ts"]);
});

test("bindings are imported one resource at a time", () => {
  const fromIndex = sources.filter((file) => /from "@cdktf\/provider-[a-z]+"/.test(readFileSync(file, "utf8")));
  expect(fromIndex).toEqual([]);
});

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../../runtime/failure";

/** For each dependency of a service, the module of the kit that opens it. */
export type Resources = ReadonlyMap<string, string>;

/** Finds which module of runtime/ declares the resource of each name. @throws Failure when none does */
export async function resourcesOf(names: readonly string[]): Promise<Resources> {
  const files = (await readdir("runtime")).filter((file) => file.endsWith(".ts"));
  const sources = await Promise.all(
    files.map(async (file) => [file, await readFile(join("runtime", file), "utf8")] as const),
  );
  return new Map(
    names.map((name) => {
      const [file] = sources.find(([, source]) => source.includes(`export const ${name} = resource(`)) ?? [];
      if (file === undefined) throw new Failure(`USES: no module of runtime/ declares the resource ${name}`);
      return [name, file.replace(/\.ts$/, "")];
    }),
  );
}

export const imports = (resources: Resources) =>
  [...resources]
    .toSorted(([, a], [, b]) => (a < b ? -1 : 1))
    .map(([name, module]) => `import { ${name} } from "../../runtime/${module}";`)
    .join("\n");

export const uses = (resources: Resources) => (resources.size === 0 ? "{}" : `{ ${[...resources.keys()].join(", ")} }`);

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import satisfies from "spdx-satisfies";
import * as z from "zod";
import type { Policy } from "./policy";

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      license: z.string().optional(),
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
      optional: z.boolean().optional(),
    }),
  ),
});

/** A package's own word; `licenses` is how packages wrote it before npm 3. */
const Manifest = z.object({
  license: z.string().optional(),
  licenses: z.array(z.object({ type: z.string() })).optional(),
});

/** What is wrong with the licences of the packages that production uses, a sentence each. */
export function licenceFaults(folder: string, { licences: allowed, exceptions }: Policy): readonly string[] {
  const found = licencesOf(folder);
  const unused = exceptions.licences.filter(
    ({ package: name, licence }) => !found.some((one) => one.name === name && one.licence === licence),
  );
  return [
    ...found
      .filter(({ licence }) => !isAllowed(licence, allowed))
      .filter(
        ({ name, licence }) => !exceptions.licences.some((one) => one.package === name && one.licence === licence),
      )
      .map(({ name, licence }) => `${name} has the licence ${licence}, which policy.yaml does not allow`),
    ...unused.map(
      ({ package: name, licence }) => `policy.yaml excepts ${name} (${licence}), which is not there: delete it`,
    ),
  ];
}

/** The packages of production with their licences, by package-lock.json or else by their own package.json. */
function licencesOf(folder: string): readonly { readonly name: string; readonly licence: string }[] {
  const { packages } = Lock.parse(JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")));
  return Object.entries(packages).flatMap(([path, { license, dev, link, optional }]) => {
    if (!path.includes("node_modules/") || dev || link) return [];
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const file = join(folder, path, "package.json");
    if (license !== undefined) return [{ name, licence: license }];
    // A build for another machine than this one: it is looked at where it is installed.
    if (optional && !existsSync(file)) return [];
    const manifest = Manifest.parse(JSON.parse(readFileSync(file, "utf8")));
    const licences = manifest.licenses?.map(({ type }) => type).join(" OR ");
    return [{ name, licence: manifest.license ?? licences ?? "none" }];
  });
}

/** Whether an SPDX expression is fulfilled by the licences that are allowed. */
function isAllowed(licence: string, allowed: readonly string[]): boolean {
  try {
    return satisfies(licence, allowed);
  } catch {
    // No SPDX expression: "Public Domain", "SEE LICENSE IN ...".
    return false;
  }
}

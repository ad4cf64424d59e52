import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { shippedNode } from "../../config/node";
import { runCommand } from "../program/run-command";

const Component = z.looseObject({ "bom-ref": z.string(), name: z.string(), version: z.string() });

/** CycloneDX, as `npm sbom` writes it. */
const BillOfMaterials = z.looseObject({
  components: z.array(Component),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

const Manifest = z.object({ name: z.string(), version: z.string() });

/**
 * What an image holds, as CycloneDX: npm's own list, of which those stay that went into the bundle. Without its time and its
 * random number, so that the same image has the same list.
 * @param packages folders, as `bundleService` found them
 */
export async function billOfMaterials(service: string, packages: ReadonlySet<string>): Promise<object> {
  const listed = await runCommand(
    ["npm", "sbom", "--sbom-format", "cyclonedx", "--package-lock-only", "--loglevel", "error"],
    {
      doing: "npm sbom",
      stderr: "pipe",
    },
  );
  const bundled = new Set(await Promise.all([...packages].map(reference)));
  const { components, dependencies } = BillOfMaterials.parse(JSON.parse(listed));
  const held = components.filter((component) => bundled.has(component["bom-ref"]));
  const missing = [...bundled].filter((ref) => !held.some((component) => component["bom-ref"] === ref));
  if (missing.length > 0) throw new Error(`npm sbom does not list ${missing.join(", ")}, which the bundle holds`);
  const root = `service:${service}`;
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      component: { "bom-ref": root, type: "application", name: service },
      properties: [{ name: "base", value: `node ${shippedNode}` }],
    },
    components: held.toSorted((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1)),
    dependencies: [
      { ref: root, dependsOn: [...bundled].sort() },
      ...dependencies
        .filter(({ ref }) => bundled.has(ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => bundled.has(other)) })),
    ],
  };
}

/** `pg@8.23.1`, as npm refers to what is in a folder. */
async function reference(folder: string): Promise<string> {
  const { name, version } = Manifest.parse(JSON.parse(await readFile(join(folder, "package.json"), "utf8")));
  return `${name}@${version}`;
}

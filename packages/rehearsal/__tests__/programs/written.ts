import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes files below a folder, by their paths. */
export function written(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
}

/** Writes a program as cdktf synthesizes it, from Terraform's own words. */
export function synthesized(folder: string, stacks: Readonly<Record<string, object>>): string {
  const names = Object.keys(stacks);
  const entry = (name: string) => ({
    name,
    workingDirectory: `stacks/${name}`,
    synthesizedStackPath: `stacks/${name}/cdk.tf.json`,
    dependencies: [],
  });
  const manifest = { version: "0.21.0", stacks: Object.fromEntries(names.map((name) => [name, entry(name)])) };
  return written(folder, {
    "manifest.json": JSON.stringify(manifest),
    ...Object.fromEntries(names.map((name) => [`stacks/${name}/cdk.tf.json`, JSON.stringify(stacks[name])])),
  });
}

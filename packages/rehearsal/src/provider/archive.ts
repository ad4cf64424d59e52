import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { blocks, type ObjectValue, type Value } from "@platform/terraform";
import { zipSync } from "fflate";

/**
 * Makes the file of an `archive_file`: Terraform reads it right after (`filebase64sha256`). It is a zip whatever its type.
 *
 * @param all the folders that Terraform works in: one with the sources is taken for its own, and nothing is written outside
 * @param unbuilt whether a source may be missing, since what makes it was kept from running: the archive is without it
 * @returns the computed attributes
 */
export function archive(config: ObjectValue, all: readonly string[], unbuilt = false): ObjectValue {
  // Of an earlier program, the copy is gone.
  const folders = all.filter((folder) => existsSync(folder));
  const output = String(config.output_path);
  const files: Record<string, Uint8Array> = {};
  const sources = [config.source_dir, config.source_file]
    .filter((source) => typeof source === "string")
    .filter((source) => !unbuilt || folders.some((folder) => existsSync(resolve(folder, source))));
  const homes = folders.filter((folder) => sources.every((source) => existsSync(resolve(folder, source))));
  for (const source of sources) {
    // Never from the folder that the rehearsal itself was started in.
    const [home = folders[0]] = homes;
    const path = home === undefined ? source : resolve(home, source);
    if (!existsSync(path)) throw new Error(`the archive's source ${source} does not exist`);
    collect(path, files);
  }
  const texts = [
    ...blocks(config.source),
    { filename: config.source_content_filename, content: config.source_content },
  ];
  for (const { filename, content } of texts) {
    if (typeof filename === "string") files[filename] = Buffer.from(String(content ?? ""));
  }
  // The same time for every file, so that the same sources are the same bytes.
  const zip = zipSync(files, { mtime: new Date(1980, 0, 1) });
  for (const folder of homes) {
    const file = resolve(folder, output);
    if (!isBelow(file, folders)) continue;
    mkdirSync(dirname(file), { recursive: true });
    if (
      isBelow(
        realpathSync(dirname(file)),
        folders.map((one) => realpathSync(one)),
      )
    )
      writeFileSync(file, zip);
  }
  const sum = (algorithm: string, encoding: "hex" | "base64") => createHash(algorithm).update(zip).digest(encoding);
  const computed: Record<string, Value> = {
    id: sum("sha1", "hex"),
    output_size: zip.length,
    output_md5: sum("md5", "hex"),
    output_sha: sum("sha1", "hex"),
    output_sha256: sum("sha256", "hex"),
    output_sha512: sum("sha512", "hex"),
    output_base64sha256: sum("sha256", "base64"),
    output_base64sha512: sum("sha512", "base64"),
  };
  return Object.fromEntries(Object.entries(computed).filter(([name]) => name in config));
}

function collect(source: string, files: Record<string, Uint8Array>): void {
  if (!statSync(source).isDirectory()) {
    files[relative(dirname(source), source)] = readFileSync(source);
    return;
  }
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files[relative(source, file)] = readFileSync(file);
  }
}

/** Whether a file would be in one of the folders, or beside one in the same copy. */
const isBelow = (file: string, folders: readonly string[]) =>
  folders.some((folder) => !relative(folder, file).startsWith(".."));

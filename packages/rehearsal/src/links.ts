import { copyFileSync, existsSync, realpathSync, rmSync, statSync, symlinkSync } from "node:fs";
import { cp } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

/** Whether a file or a folder, or what a link there leads to, is in a folder. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(realpathSync(folder), realpathSync(path));
  return way !== ".." && !way.startsWith(`..${sep}`);
}

/**
 * Lets the links of a copy lead to where those of the original lead: inside of the copy where they did not leave the
 * original, so that nothing is written through one. A file elsewhere is copied; a folder elsewhere is only read.
 *
 * @param links paths of the links in the original
 */
export async function placeLinks(links: readonly string[], original: string, copy: string): Promise<void> {
  for (const path of links) {
    const link = join(original, path);
    const placed = join(copy, path);
    // A link to nowhere stays one.
    if (!existsSync(link)) continue;
    const target = realpathSync(link);
    rmSync(placed);
    if (isInside(link, original)) {
      symlinkSync(relative(dirname(placed), join(copy, relative(realpathSync(original), target))) || ".", placed);
    } else if (statSync(target).isFile()) {
      copyFileSync(target, placed);
    } else if (path.split(sep).includes(".terraform")) {
      // Terraform writes there.
      await cp(target, placed, { recursive: true });
    } else {
      symlinkSync(target, placed);
    }
  }
}

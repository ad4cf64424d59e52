import type { Change } from "../change";

/** Whether a change is more than one of names and tags. */
export function beyondTags({ action, differences, later }: Change): boolean {
  if (action === "move" || action === "import") return false;
  if (action !== "update") return true;
  return later.length > 0 || differences.some(({ path }) => !/^(tags|tags_all|description|timeouts)(\.|$)/.test(path));
}

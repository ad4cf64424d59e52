import type { Review } from "../review";

/** GitLab's terraform report, which the merge request shows as a line; a replacement is a deletion and a creation there. */
export function toGitlabReport({ totals }: Pick<Review, "totals">): string {
  const { create = 0, update = 0, replace = 0, delete: deleted = 0 } = totals;
  return JSON.stringify({ create: create + replace, update, delete: deleted + replace });
}

const part = /^\s*(=|!=|>|>=|<|<=|~>)?\s*v?(\d+(?:\.\d+){0,2})\s*$/;

/** @returns less than 0 when the first version is older, more when it is newer */
function compare(a: readonly number[], b: readonly number[]): number {
  for (const index of [0, 1, 2]) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Whether a version is one that a constraint of Terraform allows: `>= 5.0, < 7`, `~> 6.2`.
 * https://developer.hashicorp.com/terraform/language/expressions/version-constraints
 *
 * @returns undefined for a constraint or a version of another form, which nobody can tell of
 */
export function allows(constraint: string, version: string): boolean | undefined {
  if (!/^\d+\.\d+\.\d+$/.test(version)) return undefined;
  const own = version.split(".").map(Number);
  const parts = constraint.split(",").map((text) => part.exec(text));
  if (parts.includes(null)) return undefined;
  return parts.every((found) => {
    const [, operator = "=", text = ""] = found ?? [];
    const asked = text.split(".").map(Number);
    const order = compare(own, asked);
    if (operator === "=") return order === 0;
    if (operator === "!=") return order !== 0;
    if (operator === ">") return order > 0;
    if (operator === "<") return order < 0;
    if (operator === "<=") return order <= 0;
    if (operator === ">=") return order >= 0;
    // All but the last number stay.
    return order >= 0 && asked.slice(0, -1).every((number, index) => number === own[index]);
  });
}

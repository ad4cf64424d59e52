/** Verbs a migration's name may begin with: what it does to the schema. */
const verbs = [
  "add",
  "alter",
  "backfill",
  "contract",
  "create",
  "drop",
  "expand",
  "extend",
  "grant",
  "index",
  "move",
  "remove",
  "replace",
  "restrict",
  "revoke",
  "set",
  "validate",
];

/** Why a name such as `create-users` is not one; undefined when it is. */
export function nameFault(name: string): string | undefined {
  const [verb = ""] = name.split("-");
  if (!/^[a-z]+(-[a-z0-9]+)+$/.test(name)) {
    return `a migration is named verb-noun in lower case, such as create-users or index-users-email; got "${name}"`;
  }
  if (!verbs.includes(verb)) {
    return `a migration's name begins with one of ${verbs.join(", ")}; got "${name}"`;
  }
  return undefined;
}

/** The moment as a file's 17 digits: 2026-11-01T09:30:00.000Z is 20261101093000000. */
export function timestamp(moment: Date): string {
  return moment.toISOString().replaceAll(/\D/g, "");
}

export interface Fault {
  readonly file: string;
  readonly message: string;
}

/**
 * What is wrong with the names of a folder's files, given now. Migrations run in the order of their timestamps, so one
 * from the future would keep every later one out, and two of the same moment have no order.
 */
export function nameFaults(files: readonly string[], now: Date): Fault[] {
  const first = new Map<string, string>();
  return files.toSorted().flatMap((file) => {
    const fault = (message: string): Fault => ({ file, message });
    const [, digits, name, extension] = /^(\d+)_(.*?)(\.\w+)?$/.exec(file) ?? [];
    if (digits === undefined || name === undefined || extension !== ".ts") {
      return fault(`must be named <timestamp>_<verb>-<noun>.ts: make migration NAME=create-users writes one`);
    }
    const nameIs = nameFault(name);
    if (nameIs) return fault(nameIs);
    if (!isMoment(digits))
      return fault(`must begin with a UTC time of 17 digits, such as ${timestamp(now)}; got ${digits}`);
    if (digits > timestamp(now)) return fault(`must not come from the future: it is ${timestamp(now)}, got ${digits}`);
    const other = first.get(digits);
    if (other) return fault(`has the timestamp of ${other}: nothing says which runs first`);
    first.set(digits, file);
    return [];
  });
}

function isMoment(digits: string): boolean {
  const iso = digits.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/, "$1-$2-$3T$4:$5:$6.$7Z");
  const moment = new Date(iso);
  return iso !== digits && !Number.isNaN(moment.getTime()) && timestamp(moment) === digits;
}

import { Failure } from "./failure";
import * as z from "./schema";

/**
 * Reads a process's environment through one schema, once, at start. An empty variable counts as missing, since that is
 * what `NAME= command` and an unset template value both look like.
 *
 * @throws a Failure that names every missing or invalid variable, and never repeats a value: it may be a secret.
 */
export function parseEnvironment<S extends z.core.$ZodType>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  // It is parsed once: compiling the schema would take longer than it saves.
  const result = z.safeParse(schema, given, { jitless: true });
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => {
    const name = path.join(".");
    if (name === "") return message;
    return name in given ? `${name} is invalid: ${message}` : `${name} is missing: ${message}`;
  });
  throw new Failure(`The environment of this process is not usable. Set these variables:\n  ${faults.join("\n  ")}`);
}

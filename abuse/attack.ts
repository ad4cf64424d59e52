/** What attacks are made on: a platform of our own, on this machine. */
export interface Target {
  /** Of its router, `http://127.0.0.1:40123`. */
  readonly url: string;
  /** A token of the environment's issuer with these scopes (docs/preferences.md). */
  token(scopes: string): Promise<string>;
  /** Process id of a program, such as the router. */
  pidOf(program: string): Promise<number>;
  /** Puts a file where the service imports finds it; resolves with the log's line of the import's end. */
  import(name: string, content: Uint8Array): Promise<string>;
}

/** What came of an attack: undefined when it held, otherwise what was answered instead of what. */
export type Outcome = string | undefined;

/** One thing that is tried. */
export interface Attack {
  /** What is tried, in a few words; unique in its table. */
  readonly name: string;
  /** Makes the attempt; throws only when nobody can say what came of it. */
  try(target: Target): Promise<Outcome>;
}

/** A table of attacks of one kind. */
export interface AttackTable {
  readonly name: string;
  /** What says that these are attacks: an RFC's section, OWASP, a known vulnerability. */
  readonly source: string;
  readonly attacks: readonly Attack[];
}

export interface Result {
  readonly table: string;
  readonly attack: string;
  readonly outcome: Outcome;
}

/** Makes every attack of the tables, one after the other, and calls `tell` with each result. */
export async function run(
  tables: readonly AttackTable[],
  target: Target,
  tell: (result: Result) => void = () => {},
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const { name: table, attacks } of tables) {
    for (const attack of attacks) {
      const outcome = await attack
        .try(target)
        .catch((error: unknown) => `could not be tried: ${error instanceof Error ? error.message : error}`);
      const result = { table, attack: attack.name, outcome };
      results.push(result);
      tell(result);
    }
  }
  return results;
}

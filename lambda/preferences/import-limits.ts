import * as z from "../../runtime/schema";

const limit = (fallback: number, maximum: number, meaning: string) =>
  z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(maximum)), fallback).check(z.describe(meaning));

/** The variables that say how much one import may take; whoever puts an object into the bucket is not believed to be modest. */
export const importLimitVariables = {
  IMPORT_MAX_BYTES: limit(4 * 2 ** 30, 2 ** 40, "Bytes that an imported object may have, after unzip"),
  IMPORT_MAX_LINES: limit(10_000_000, 1_000_000_000, "Lines that an imported object may have, empty ones included"),
  IMPORT_MAX_SECONDS: limit(900, 86_400, "Seconds that an import may take"),
  IMPORT_MAX_REFUSALS: limit(10_000, 100_000, "Refused lines that are listed; those behind them are counted"),
};

export type ImportLimits = z.infer<z.ZodMiniObject<typeof importLimitVariables>>;

/** An object asks for more than an import may take. Trying again does not help; another limit does. */
export class ImportLimitError extends Error {
  constructor(limits: ImportLimits, name: keyof ImportLimits, unit: string) {
    super(`the object has more than ${limits[name]} ${unit}; ${name} sets the limit`);
  }
}

/** Throws when an import has taken longer than its limit; call it between the import's parts. */
export function startClock(limits: ImportLimits): () => void {
  const end = performance.now() + limits.IMPORT_MAX_SECONDS * 1000;
  return () => {
    if (performance.now() < end) return;
    throw new ImportLimitError(limits, "IMPORT_MAX_SECONDS", "seconds of work");
  };
}

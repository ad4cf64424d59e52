import * as z from "../../runtime/schema";

const limit = (fallback: number, maximum: number, meaning: string) =>
  z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(maximum)), fallback).check(z.describe(meaning));

/** The variables that say how much one import may take; whoever puts an object into the bucket is not believed to be modest. */
export const importLimitVariables = {
  IMPORT_MAX_BYTES: limit(4 * 2 ** 30, 2 ** 40, "Bytes that an imported object may have, after unzip"),
  IMPORT_MAX_LINES: limit(10_000_000, 1_000_000_000, "Lines that an imported object may have, empty ones included"),
  IMPORT_MAX_SECONDS: limit(900, 86_400, "Seconds that one delivery of an import works; the next one goes on"),
  IMPORT_MAX_REFUSALS: limit(10_000, 100_000, "Refused lines that are listed; those behind them are counted"),
};

export type ImportLimits = z.infer<z.ZodMiniObject<typeof importLimitVariables>>;

/** An object asks for more than an import may take. Trying again does not help; another limit does. */
export class ImportLimitError extends Error {
  constructor(limits: ImportLimits, name: keyof ImportLimits, unit: string) {
    super(`the object has more than ${limits[name]} ${unit}; ${name} sets the limit`);
  }
}

/** The time of a delivery is over. What is done is on record, and the next delivery goes on there. */
export class TimeIsUpError extends Error {
  constructor() {
    super("the time of this delivery is over; the next one goes on");
  }
}

/** A delivery's time is over before anything more of it is on record: the next one would do no better. */
export class NoProgressError extends Error {
  constructor() {
    super("the time of a delivery is too short for one more batch of this object");
  }
}

/** Milliseconds of a function's time that are left for the batch under way: the role's statement_timeout and a second. */
const reserve = 6_000;

/** The time of a delivery. */
export interface Clock {
  /** Whether whoever runs the delivery is about to end it. */
  endsSoon(): boolean;
  /** Whether the delivery has worked long enough; asked behind each batch. */
  isUp(): boolean;
}

/** @param timeLeft milliseconds until whoever runs the delivery ends it. @default for ever */
export function startClock(
  { IMPORT_MAX_SECONDS }: Pick<ImportLimits, "IMPORT_MAX_SECONDS">,
  timeLeft = () => Number.POSITIVE_INFINITY,
): Clock {
  const end = performance.now() + IMPORT_MAX_SECONDS * 1000;
  const endsSoon = () => timeLeft() < reserve;
  return { endsSoon, isUp: () => performance.now() >= end || endsSoon() };
}

import type { AttackTable } from "./attack";
import { malformedBodies } from "./attacks/bodies";
import { type GenerationOptions, generated } from "./attacks/generated";
import { importBombs } from "./attacks/imports";
import { paths } from "./attacks/paths";
import { passwordGuesses, races } from "./attacks/races";
import { type SlowOptions, slowClients } from "./attacks/slow";
import { brokenHeads, smuggling } from "./attacks/smuggling";
import { tokens } from "./attacks/tokens";

/** Every table. Guesses come last: after them, nobody at this address logs in for a minute. */
export const tables = (options: GenerationOptions & SlowOptions): readonly AttackTable[] => [
  smuggling,
  brokenHeads,
  paths,
  malformedBodies,
  tokens,
  races,
  importBombs,
  slowClients(options),
  generated(options),
  passwordGuesses,
];

import { Option } from "commander";
import { positiveNumber } from "../../runtime/number-option";

/** `--interval SECONDS`, or POLL_SECONDS: how long a program waits between two looks at what it waits for. */
export function intervalOption(seconds: number): Option {
  return new Option("--interval <seconds>", "between two looks")
    .env("POLL_SECONDS")
    .argParser(positiveNumber())
    .default(seconds);
}

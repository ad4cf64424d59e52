import { InvalidArgumentError } from "commander";

/** What commander's `argParser` takes; it tells the person the option and the value. */
type NumberParser = (text: string) => number;

function number(rule: string, accepts: (value: number) => boolean): NumberParser {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && accepts(value)) return value;
    throw new InvalidArgumentError(`It must be a ${rule}.`);
  };
}

/** Reads an option or argument that is a whole number between two, both allowed. @param to @default no limit */
export function wholeNumber(from: number, to = Number.MAX_SAFE_INTEGER): NumberParser {
  const limit = to === Number.MAX_SAFE_INTEGER ? "" : ` to ${to}`;
  return number(
    `whole number from ${from}${limit}`,
    (value) => Number.isSafeInteger(value) && value >= from && value <= to,
  );
}

/** Reads an option that is a number above 0, such as seconds. @param below a limit, itself not allowed. @default none */
export function positiveNumber(below = Infinity): NumberParser {
  return number(
    `number above 0${below === Infinity ? "" : ` and below ${below}`}`,
    (value) => value > 0 && value < below,
  );
}

/** For an option or argument that is given more than once: what `parse` makes of each, in order. */
export function repeated<T>(parse: (text: string) => T): (text: string, before?: readonly T[]) => readonly T[] {
  return (text, before = []) => [...before, parse(text)];
}

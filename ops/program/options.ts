import { Argument, InvalidArgumentError, Option } from "commander";
import type { Environment } from "../../config/environment";
import { environments } from "../../config/environments/index";
import { positiveNumber, repeated } from "../../runtime/number-option";

/** `--environment NAME`, or ENV: one of config/environments; there is none to fall back on. */
export function environmentOption(): Option {
  return new Option("-e, --environment <name>", `one of ${names()}`)
    .env("ENV")
    .makeOptionMandatory()
    .argParser((name): Environment => {
      const environment = environments.find((known) => known.name === name);
      if (environment === undefined) throw new InvalidArgumentError(`It must be one of ${names()}.`);
      return environment;
    });
}

function names(): string {
  return environments.map(({ name }) => name).join(", ");
}

/** `--interval SECONDS`, or POLL_SECONDS: how long a program waits between two looks at what it waits for. */
export function intervalOption(seconds: number): Option {
  return new Option("--interval <seconds>", "between two looks")
    .env("POLL_SECONDS")
    .argParser(positiveNumber())
    .default(seconds);
}

/** `[services...]`: some of `known`, all of them unless named. */
export function servicesArgument(known: readonly string[]): Argument {
  const all = known.join(", ");
  return new Argument("[services...]", `of ${all}; all unless named`).argParser(
    repeated((name) => {
      if (!known.includes(name)) throw new InvalidArgumentError(`It must be one of ${all}.`);
      return name;
    }),
  );
}

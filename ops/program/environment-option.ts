import { InvalidArgumentError, Option } from "commander";
import type { Environment } from "../../config/environment";
import { environments } from "../../config/environments";

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

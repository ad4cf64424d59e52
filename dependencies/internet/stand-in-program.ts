import type { LocalProgram } from "../local-dependency";

export const standIn: LocalProgram = {
  name: "resolver",
  entry: "dependencies/internet/stand-in.ts",
  variables: {},
};

/** The variables of a service that asks the stand-in at `url` for names. */
export const internetVariables = (url: string) => ({ DNS_RESOLVER_URL: `${url}/resolve` });

import type { Service } from "../../config/service";
import type { LocalProgram } from "../local-dependency";
import { hostsVariable } from "./variables";

export const standIn: LocalProgram = {
  name: "resolver",
  entry: "dependencies/internet/stand-in.ts",
  variables: {},
};

/** The variables of a service that asks the stand-in at `url` for names, and the hosts of its own entry as it does on AWS. */
export const internetVariables = (url: string, { hosts = [] }: Service) => ({
  DNS_RESOLVER_URL: `${url}/resolve`,
  ...hostsVariable([...hosts, new URL(url).hostname]),
});

import { fromShell } from "../compose";
import type { DescribeContainers } from "../container-dependency";
import { callersVariables } from "./variables";

/** Everybody, unless the shell names an issuer: an empty variable counts as missing. */
export const callers: DescribeContainers = () => ({
  containers: {},
  files: {},
  after: {},
  variables: () => Object.fromEntries(callersVariables.map((name) => [name, fromShell(`${name}:-`)])),
});

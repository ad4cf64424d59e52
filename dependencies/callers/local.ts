import type { SetUpLocally } from "../local-dependency";
import { callersVariables } from "./variables";

/** Everybody on this machine, unless the shell names an issuer. */
export const callers: SetUpLocally = async () => ({ steps: [], variables: () => ({}), fromShell: callersVariables });

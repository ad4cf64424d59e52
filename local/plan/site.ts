import { join, resolve } from "node:path";
import type { Service } from "../../config/services";
import { freePort } from "../../dependencies/free-port";
import type { Secrets } from "../../dependencies/jwt/secrets";
import type { Fleet } from "../fleet";
import type { Logs } from "../logs";
import type { Sources } from "../sources";

/** What a plan is made from. */
export interface Site {
  readonly services: readonly Service[];
  /** Folder of everything this environment keeps. */
  readonly folder: string;
  /** Of the router. */
  readonly port: number;
  /** Processes of each worker service. */
  readonly workers: number;
  readonly shell: NodeJS.ProcessEnv;
  readonly secrets: Secrets;
  readonly fleet: Fleet;
  readonly sources: Sources;
  readonly logs: Logs;
}

/** The port of a program that is part of the plan. */
export type PortOf = (name: string) => number;

/** One free port for each name. */
export async function choosePorts(names: readonly string[]): Promise<PortOf> {
  const chosen = new Map<string, number>();
  for (const name of names) chosen.set(name, await freePort());
  return (name) => {
    const port = chosen.get(name);
    if (port === undefined) throw new Error(`no port was chosen for ${name}`);
    return port;
  };
}

/** Where the bundle of a program stands once it is built. */
export const bundleFile = ({ folder }: Site, name: string) => join(resolve(folder), "build", `${name}.mjs`);

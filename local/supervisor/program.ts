import type { LocalServer } from "../../dependencies/local-dependency";

/** Something that runs beside the others: a dependency's server, a service's process, the router. */
export interface Program extends LocalServer {
  /** The service it is a process of: `mailer` for `mailer-1`; otherwise its own name. */
  readonly group: string;
  readonly kind: "dependency" | "http" | "worker" | "router";
}

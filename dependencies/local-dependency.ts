import type { Service } from "../config/service";
import type { Running, Start } from "./server";

/** A server that is kept running: a way to start it, again and again. */
export interface LocalServer {
  /** Unique on the machine: `postgres`. */
  readonly name: string;
  start(start: Start): Promise<Running>;
}

/** A program of ours, run from its source. */
export interface LocalProgram {
  readonly name: string;
  /** Its TypeScript file. */
  readonly entry: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** What `make up` does for a dependency. */
export interface Machine {
  /** Folder of everything that is kept, absolute. */
  readonly folder: string;
  /** All services that run here. */
  readonly services: readonly Service[];
  /** Starts a server and keeps it running; resolves when it works. */
  keep(server: LocalServer): Promise<void>;
  /** Starts one of our own programs on a port, as a server; it says `process.send("ready")` when it works. */
  keepProgram(program: LocalProgram, port: number): Promise<void>;
  /** Runs one of our own programs to its end. Throws with its last lines when it fails. */
  run(program: LocalProgram): Promise<void>;
}

/** One line of the list that `make up` shows. */
export interface LocalStep {
  readonly title: string;
  /** `say` shows a line beneath the title; what it returns is shown behind the title at the end. */
  run(say: (line: string) => void): Promise<string | undefined>;
}

/** What a dependency is on a developer's machine. */
export interface LocalDependency {
  /** One after the other; what uses the dependency starts when all are done. A dependency without any is there from the start. */
  readonly steps: readonly LocalStep[];
  /** What a service that uses it gets in its environment. */
  variables(service: Service): Readonly<Record<string, string>>;
  /** Variables of your shell that such a service gets as they are. @default none */
  readonly fromShell?: readonly string[];
  /** What the router gets, to show it on its pages. @default nothing */
  readonly routerVariables?: Readonly<Record<string, string>>;
}

/** Prepares a dependency that some service uses; nothing of it runs before its steps do. */
export type SetUpLocally = (machine: Machine) => Promise<LocalDependency>;

import type { DeadLetter } from "../../contracts/dead-letters";

/** A queue as the console shows it. */
export interface ConsoleQueue {
  readonly name: string;
  readonly product: string;
  /** Jobs by state; undefined when Redis does not answer. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Jobs processed a second, over the latest ten. */
  readonly perSecond: number;
  /** Milliseconds that the oldest waiting job has waited. */
  readonly oldest?: number;
}

export interface QueuesView {
  readonly queues: readonly ConsoleQueue[];
  /** Undefined when the database does not answer, or is not known here. */
  readonly deadLetters?: readonly DeadLetter[];
}

/** The database as the console shows it. */
export interface DatabaseView {
  readonly bytes: number;
  readonly connections: number;
  readonly tables: readonly { readonly name: string; readonly bytes: number; readonly rows: number }[];
  /** Those that took the longest in all; undefined where the server does not count them. */
  readonly statements?: readonly Statement[];
  readonly migrations: readonly MigrationView[];
}

export interface Statement {
  readonly text: string;
  readonly role: string;
  readonly calls: number;
  /** Milliseconds. */
  readonly total: number;
  readonly mean: number;
  readonly rows: number;
}

export interface MigrationView {
  readonly name: string;
  /** ISO 8601; absent while it waits. */
  readonly ranAt?: string;
  /** The database has it, and the source does not. */
  readonly missing?: true;
}

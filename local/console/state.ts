import type { QueueSnapshot, ServiceSnapshot } from "../router/snapshot";
import type { TrafficSummary } from "./traffic";

/** A service as the console shows it. */
export interface ConsoleService extends ServiceSnapshot {
  /** Of an http service. */
  readonly traffic?: TrafficSummary;
}

/** What the console is told again and again while somebody looks. */
export interface ConsoleState {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** When the platform came up, where there is a supervisor. */
  readonly since?: number;
  readonly healthy: boolean;
  /** Whether logs can be read: in containers, the engine has them. */
  readonly hasLogs: boolean;
  readonly services: readonly ConsoleService[];
  readonly queues: readonly QueueSnapshot[];
}

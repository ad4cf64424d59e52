import type { Icon } from "./icons";

/** What a picture shows, before anything has a place in it. */
export interface Scene {
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

export interface Box {
  readonly id: string;
  readonly title: string;
  readonly style: "cloud" | "vpc" | "public" | "private" | "group" | "machine";
  /** Id of the box around it. */
  readonly parent?: string;
  /** The subnets over which it stretches. */
  readonly cells?: readonly Cell[];
  /** Puts what is in it side by side, in rows of so many. @default columns, by the edges between them */
  readonly columns?: number;
}

export interface Cell {
  readonly title: string;
  readonly detail: string;
}

export interface Node {
  readonly id: string;
  readonly icon: Icon;
  readonly title: string;
  /** Second line: what it is. */
  readonly detail: string;
  /** Id of the box around it. */
  readonly parent?: string;
  /** Whether it is in another stack than the one that the picture is of. */
  readonly elsewhere?: boolean;
  /** Whether there may be more of it tomorrow: it is last in its column, where one more moves nothing. */
  readonly grows?: boolean;
}

export interface Edge {
  /** Ids of nodes or boxes. */
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  readonly flow: Flow;
}

/** What runs along an edge. */
export type Flow =
  /** What a user asked for. */
  | "request"
  /** Any other connection. */
  | "connection"
  /** An event or an alarm. */
  | "event"
  /** What somebody may do to something. */
  | "permission"
  /** What protects something. */
  | "protection";

export const flows: readonly { readonly flow: Flow; readonly meaning: string }[] = [
  { flow: "request", meaning: "request" },
  { flow: "connection", meaning: "connection" },
  { flow: "event", meaning: "event" },
  { flow: "permission", meaning: "may act on" },
  { flow: "protection", meaning: "protects" },
];

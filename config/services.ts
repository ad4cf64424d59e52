import type { DependencyName } from "./dependency";

/**
 * The one table of what runs. Everything else is derived from it: the local launcher and router, the API Gateway routes,
 * the functions with their grants and security-group rules, the alarms, the containers, the docs.
 * A new service is one entry here and one folder.
 */

/** Where a service is provisioned. The local environment runs every service. */
export type Platform = "local" | "aws";

interface Entry {
  /** Kebab-case, unique: the name of the process, the function, the alarm. */
  readonly name: string;
  /** Whose data it works on: the database's schema and role of that name, made by a migration. */
  readonly product: string;
  /** One sentence for the status page and the docs. */
  readonly description: string;
  /** Folder of the service: `main.ts` starts its process; `handler.ts` is its Lambda entry (http services on aws). */
  readonly entry: string;
  readonly uses: readonly DependencyName[];
  readonly platforms: readonly Platform[];
  /** Environment variables that are the same wherever it runs. @default none */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface HttpService extends Entry {
  readonly kind: "http";
  /** Path prefix, unique; a router strips it before the service sees the request. */
  readonly path: `/${string}`;
}

export interface WorkerService extends Entry {
  readonly kind: "worker";
}

export type Service = HttpService | WorkerService;

export const services = [
  {
    name: "preferences",
    product: "preferences",
    description: "People's consents, and every change of them",
    kind: "http",
    path: "/preferences",
    entry: "lambda/preferences",
    uses: ["database", "imports", "internet"],
    platforms: ["local", "aws"],
    variables: { MAIL_DOMAIN_CHECK: "warn" },
  },
  {
    name: "authentication",
    product: "loyalty",
    description: "Trades a username and a password for a token of 30 seconds",
    kind: "http",
    path: "/authentication",
    entry: "lambda/authentication",
    uses: ["database", "queue", "jwt"],
    platforms: ["local"],
  },
  {
    name: "transactions",
    product: "loyalty",
    description: "Accepts transactions and shows what they earned",
    kind: "http",
    path: "/transactions",
    entry: "lambda/transactions",
    uses: ["database", "queue", "jwt"],
    platforms: ["local"],
  },
  {
    name: "loyalty",
    product: "loyalty",
    description: "Awards stamps and vouchers for transactions",
    kind: "worker",
    entry: "worker/loyalty",
    uses: ["database", "queue"],
    platforms: ["local"],
  },
] as const satisfies readonly Service[];

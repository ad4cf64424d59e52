import type { Service } from "./service";

export type { Service } from "./service";

/**
 * The one table of what runs. Everything else is derived from it: the local launcher and router, the API Gateway routes,
 * the functions with their grants and security-group rules, the alarms, the containers, the docs.
 * A new service is one entry here and one folder.
 */
export const services = [
  {
    name: "preferences",
    product: "preferences",
    description: "People's consents, and every change of them",
    kind: "http",
    path: "/preferences",
    entry: "lambda/preferences",
    uses: ["database", "internet", "callers"],
    hosts: ["cloudflare-dns.com"],
    variables: { MAIL_DOMAIN_CHECK: "warn" },
  },
  {
    name: "imports",
    product: "preferences",
    description: "Imports people's consents from large files",
    kind: "events",
    entry: "lambda/imports",
    uses: ["database", "imports"],
  },
  {
    name: "authentication",
    product: "loyalty",
    description: "Trades a username and a password for a token of 30 seconds",
    kind: "http",
    path: "/authentication",
    entry: "lambda/authentication",
    uses: ["database", "queue", "jwt"],
  },
  {
    name: "transactions",
    product: "loyalty",
    description: "Accepts transactions and shows what they earned",
    kind: "http",
    path: "/transactions",
    entry: "lambda/transactions",
    uses: ["database", "queue", "jwt"],
    variables: { REQUESTS_PER_USER: "600" },
  },
  {
    name: "loyalty",
    product: "loyalty",
    description: "Awards stamps and vouchers for transactions",
    kind: "worker",
    entry: "worker/loyalty",
    uses: ["database", "queue"],
  },
] as const satisfies readonly Service[];

declare module "dynalite" {
  import type { Server } from "node:http";

  /** A DynamoDB in memory. @param options time that tables take to come up, in milliseconds */
  export default function dynalite(options?: { readonly createTableMs?: number }): Server;
}

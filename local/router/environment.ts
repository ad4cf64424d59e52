import * as z from "zod";
import { tracingVariables } from "../../runtime/tracing";

const jsonText = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue("must be JSON");
        return z.NEVER;
      }
    })
    .pipe(schema);

/** The variables of the router's process. */
export const Environment = z.object({
  HTTP_PORT: z.coerce.number().int().min(0).max(65_535),
  /** Address to listen on: this machine alone, unless a container's own network is the boundary. */
  HTTP_HOST: z.string().default("127.0.0.1"),
  SERVICE_NAME: z.string().optional(),
  ...tracingVariables,
  /** The http services: name, description, path prefix and URL of each (routes.ts). */
  UPSTREAMS: jsonText(
    z.array(z.object({ name: z.string(), description: z.string(), path: z.string().startsWith("/"), url: z.url() })),
  ),
  /** The services that answer no requests, for the status page. */
  WORKERS: jsonText(
    z.array(z.object({ name: z.string(), description: z.string(), kind: z.enum(["worker", "events"]) })),
  ).default([]),
  /** The supervisor's socket, relative to here. Without, only what answers requests is looked at. */
  CONTROL_FOLDER: z.string().optional(),
  /** Where the queues are. Without, none is shown. */
  REDIS_URL: z.url().optional(),
  /** The database, as its superuser. Without, neither it nor any dead letter is shown. */
  DATABASE_URL: z.url().optional(),
});

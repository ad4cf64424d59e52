import * as z from "zod";
import { DatabaseEnvironment } from "../../runtime/database";
import { LogLevel } from "../../runtime/logger";

/** What the service needs, as a process and as a function alike. */
export const ServiceEnvironment = z
  .object({
    SERVICE_NAME: z.string().default("preferences").describe("Name of the service in its logs"),
    LOG_LEVEL: LogLevel,
    MAIL_DOMAIN_CHECK: z
      .enum(["off", "warn", "enforce"])
      .default("off")
      .describe("Whether an address's domain receives mail: not asked, recorded, or required"),
    DNS_RESOLVER_URL: z
      .url({ protocol: /^https?$/ })
      .default("https://cloudflare-dns.com/dns-query")
      .describe("DNS over HTTPS, in the JSON form of Google's and Cloudflare's resolvers"),
  })
  .and(DatabaseEnvironment);

/** Further variables of the process. */
export const ProcessEnvironment = ServiceEnvironment.and(
  z.object({
    HTTP_PORT: z.coerce.number().int().min(0).max(65_535).describe("Port to listen on, as a process"),
    HTTP_HOST: z
      .string()
      .default("127.0.0.1")
      .describe("Address to listen on: this machine alone, or 0.0.0.0 where a container is the boundary"),
    IMPORTS_BUCKET: z.string().optional().describe("The bucket of files to import"),
    AWS_ENDPOINT_URL_S3: z
      .url()
      .optional()
      .describe("A stand-in for S3; as it tells nobody of new objects, the process looks for them itself"),
  }),
);

/** Further variables of the function. */
export const FunctionEnvironment = ServiceEnvironment.and(
  z.object({
    BASE_PATH: z
      .string()
      .regex(/^(\/[\w-]+)*$/, "Must begin with a slash and not end with one")
      .default("")
      .describe("Path under which API Gateway shows the function, such as /preferences"),
  }),
);

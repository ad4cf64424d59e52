import { DatabaseEnvironment } from "../../runtime/database";
import { LogLevel } from "../../runtime/logger";
import * as z from "../../runtime/schema";

/** What the service needs, as a process and as a function alike. */
export const ServiceEnvironment = z.intersection(
  z.object({
    SERVICE_NAME: z._default(z.string(), "preferences").check(z.describe("Name of the service in its logs")),
    LOG_LEVEL: LogLevel,
    MAIL_DOMAIN_CHECK: z
      ._default(z.enum(["off", "warn", "enforce"]), "off")
      .check(z.describe("Whether an address's domain receives mail: not asked, recorded, or required")),
    DNS_RESOLVER_URL: z
      ._default(z.url({ protocol: /^https?$/ }), "https://cloudflare-dns.com/dns-query")
      .check(z.describe("DNS over HTTPS, in the JSON form of Google's and Cloudflare's resolvers")),
  }),
  DatabaseEnvironment,
);

/** Further variables of the function. */
export const FunctionEnvironment = z.intersection(
  ServiceEnvironment,
  z.object({
    BASE_PATH: z
      ._default(z.string().check(z.regex(/^(\/[\w-]+)*$/, "Must begin with a slash and not end with one")), "")
      .check(z.describe("Path under which API Gateway shows the function, such as /preferences")),
  }),
);

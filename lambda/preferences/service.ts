import type { Api } from "../../runtime/api";
import { createDatabase, type Database } from "../../runtime/database";
import { createLogger, type Logger } from "../../runtime/logger";
import type * as z from "../../runtime/schema";
import { createApp } from "./app";
import type { ServiceEnvironment } from "./environment";
import { createMailDomainCheck } from "./mail-domain";
import { createResolver } from "./resolver";

export interface Service {
  readonly api: Api;
  readonly database: Database;
  readonly logger: Logger;
}

/**
 * Wires the service to its environment: the same parts for the process and for the function.
 *
 * @param metricsNamespace of the CloudWatch metrics in the request lines; none without it
 */
export function createService(environment: z.infer<typeof ServiceEnvironment>, metricsNamespace?: string): Service {
  const logger = createLogger({ service: environment.SERVICE_NAME, level: environment.LOG_LEVEL });
  const database = createDatabase(environment, logger);
  const checkMailDomain = createMailDomainCheck({
    mode: environment.MAIL_DOMAIN_CHECK,
    resolve: createResolver({ url: environment.DNS_RESOLVER_URL }),
    logger,
  });
  const api = createApp({ database, checkMailDomain, logger, ...(metricsNamespace && { metricsNamespace }) });
  return { api, database, logger };
}

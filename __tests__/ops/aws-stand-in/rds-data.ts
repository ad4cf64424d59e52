import { Client, DatabaseError } from "pg";
import { AwsError, arn, json, type Operation, type Request, text } from "./call";
import type { SecretsManager } from "./secrets-manager";

/** RDS Data API in front of a real PostgreSQL: https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html */
export class RdsData {
  /** The server behind it; undefined while the endpoint is off. */
  database: URL | undefined;

  constructor(private readonly secrets: SecretsManager) {}

  operation(request: Request): Operation {
    const { resourceArn, secretArn, sql } = json(request);
    const resource = text(resourceArn);
    const secret = text(secretArn);
    return {
      action: "rds-data:ExecuteStatement",
      calls: [
        { action: "rds-data:ExecuteStatement", resource, context: {} },
        {
          action: "secretsmanager:GetSecretValue",
          resource: arn("secretsmanager", `secret:${secret}-AbCdEf`),
          context: {},
        },
      ],
      answer: () => this.execute(secret, text(sql)),
    };
  }

  private async execute(secret: string, sql: string) {
    if (this.database === undefined) {
      throw new AwsError("HttpEndpointNotEnabledException", "HttpEndpoint is not enabled for this cluster");
    }
    const current = this.secrets.secrets.get(secret)?.current;
    if (current === undefined) throw new AwsError("SecretsErrorException", "the secret has no value");
    const { username, password } = JSON.parse(current);
    const url = new URL(this.database);
    [url.username, url.password] = [username, password];
    const client = new Client({ connectionString: url.href });
    try {
      await client.connect();
      const { rows } = await client.query(sql);
      return { formattedRecords: JSON.stringify(rows) };
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      throw new AwsError("DatabaseErrorException", `ERROR: ${error.message}; SQLState: ${error.code}`);
    } finally {
      await client.end();
    }
  }
}

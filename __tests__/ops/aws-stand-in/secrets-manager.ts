import { AwsError, arn, type Call, json, type Operation, type Request, region, text } from "./call";

interface Version {
  readonly id: string;
  readonly value: string;
  stages: readonly string[];
}

/** A secret with Secrets Manager's own rules for versions and their stages. */
export class Secret {
  /** The latest first. */
  versions: Version[] = [];

  get current(): string | undefined {
    return this.versions.find(({ stages }) => stages.includes("AWSCURRENT"))?.value;
  }

  put(id: string, value: string): void {
    const known = this.versions.find((version) => version.id === id);
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html, of ClientRequestToken
    if (known !== undefined && known.value !== value) {
      throw new AwsError(
        "ResourceExistsException",
        "You can't modify an existing version, you can only create a new version.",
      );
    }
    if (known !== undefined) return;
    for (const version of this.versions) {
      version.stages = version.stages.includes("AWSCURRENT") ? ["AWSPREVIOUS"] : [];
    }
    this.versions = [{ id, value, stages: ["AWSCURRENT"] }, ...this.versions];
  }
}

/** What it asks KMS on the caller's behalf: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html */
function kmsCalls(action: string, secret: string): Call[] {
  const asked = { GetSecretValue: ["Decrypt"], PutSecretValue: ["GenerateDataKey", "Decrypt"] }[action] ?? [];
  return asked.map((name) => ({
    action: `kms:${name}`,
    resource: arn("kms", "key/00000000-0000-0000-0000-000000000000"),
    context: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com`, "kms:EncryptionContext:SecretARN": secret },
  }));
}

/** Secrets Manager: secrets by name. */
export class SecretsManager {
  readonly secrets = new Map<string, Secret>();

  add(name: string): Secret {
    const secret = new Secret();
    this.secrets.set(name, secret);
    return secret;
  }

  operation(action: string, request: Request): Operation {
    const { SecretId, ClientRequestToken, SecretString } = json(request);
    const name = text(SecretId);
    const resource = arn("secretsmanager", `secret:${name}-AbCdEf`);
    return {
      action: `secretsmanager:${action}`,
      calls: [{ action: `secretsmanager:${action}`, resource, context: {} }, ...kmsCalls(action, resource)],
      answer: () => {
        const secret = this.secrets.get(name);
        if (secret === undefined) {
          throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
        }
        if (action === "DescribeSecret") {
          const stages = secret.versions
            .filter(({ stages }) => stages.length > 0)
            .map(({ id, stages }) => [id, stages]);
          return { ARN: resource, Name: name, VersionIdsToStages: Object.fromEntries(stages) };
        }
        if (action === "GetSecretValue") {
          const current = secret.versions.find(({ stages }) => stages.includes("AWSCURRENT"));
          if (current === undefined) {
            throw new AwsError(
              "ResourceNotFoundException",
              "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
            );
          }
          return { ARN: resource, Name: name, SecretString: current.value, VersionId: current.id };
        }
        if (action !== "PutSecretValue") throw new AwsError("UnknownOperationException", action);
        secret.put(text(ClientRequestToken), text(SecretString));
        return { ARN: resource, Name: name, VersionId: text(ClientRequestToken) };
      },
    };
  }
}

import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Construct } from "constructs";
import { tokenKeySecretName } from "../config/names";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";
import type { ServiceEndpoints } from "./service-endpoints";
import type { Workload } from "./workload";

export interface TokenKeyProps {
  readonly key: EncryptionKey;
  /** The way to Secrets Manager. */
  readonly endpoints: ServiceEndpoints;
}

/** The secret that signs and checks tokens, without a value: the pipeline makes and rotates it (ops/token-key), so no state ever holds one. */
export class TokenKey extends Construct {
  private readonly arn: string;
  private readonly key: EncryptionKey;
  private readonly endpoints: ServiceEndpoints;

  constructor(scope: Construct, id: string, { key, endpoints }: TokenKeyProps) {
    super(scope, id);
    const { prefix } = PlatformStack.of(this);
    const secret = new SecretsmanagerSecret(this, "secret", {
      name: tokenKeySecretName(prefix),
      description: "Signs and checks tokens: { current, previous, rotatedAt }",
      kmsKeyId: key.arn,
      // Its name can be taken again only when the deletion is over.
      recoveryWindowInDays: 7,
    });
    this.arn = secret.arn;
    this.key = key;
    this.endpoints = endpoints;
  }

  /** Lets a service read the secret: the permission, the way to Secrets Manager, the variable. */
  grantRead(client: Workload): void {
    const { region } = PlatformStack.of(client);
    client.allow(
      "read-token-key",
      { sid: "ReadTokenKey", actions: ["secretsmanager:GetSecretValue"], resources: [this.arn] },
      {
        sid: "Decrypt",
        actions: ["kms:Decrypt"],
        resources: [this.key.arn],
        conditions: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
      },
    );
    client.grantEndpoints(this.endpoints);
    client.setVariables({ JWT_SECRET_ID: this.arn });
  }
}

import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import type { Construct } from "constructs";
import { stateLockTableName } from "../config/names";
import type { EncryptionKey } from "./encryption-key";

/** One row a lock, as Terraform's S3 backend wants it: https://developer.hashicorp.com/terraform/language/backend/s3#dynamodb-state-locking */
export class StateLockTable extends DynamodbTable {
  constructor(scope: Construct, id: string, key: EncryptionKey) {
    super(scope, id, {
      name: stateLockTableName,
      billingMode: "PAY_PER_REQUEST",
      hashKey: "LockID",
      attribute: [{ name: "LockID", type: "S" }],
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: key.arn },
      deletionProtectionEnabled: true,
    });
  }
}

import { environments } from "../../config/environments";
import { realPlatform, resources } from "./synthesized";

/**
 * What holds data or a key in the largest environment and in its account, by the address that states know it by. Another address is another
 * resource to Terraform: it deletes this one. Whoever moves a construct says so with `moveFromId`, or keeps the path of ids.
 */
const holdsState = [
  "api aws_kms_key.key_F64E54E4",
  "api aws_s3_bucket.access-logs_bucket_7E528747",
  "api aws_s3_bucket.imports_bucket_31B423F0",
  "api aws_secretsmanager_secret.token-key_secret_921C8498",
  "database aws_backup_vault.copies_vault_17E2533B",
  "database aws_backup_vault.vault_BBE00A92",
  "database aws_kms_key.copies-key_0D9EA210",
  "database aws_kms_key.key_F64E54E4",
  "database aws_rds_cluster.cluster_A4C38409",
  "database aws_s3_bucket.access-logs_bucket_7E528747",
  "database aws_s3_bucket.artifacts_bucket_A41425E9",
  "database aws_secretsmanager_secret.operator",
  "gitlab aws_iam_user.user",
  "network aws_kms_key.key_F64E54E4",
  "network aws_vpc.vpc_6776A399",
  "queue aws_elasticache_replication_group.queue_cluster_0FEBEA26",
  "queue aws_kms_key.key_F64E54E4",
  "workers aws_kms_key.key_F64E54E4",
  "state aws_dynamodb_table.locks",
  "state aws_kms_key.findings_key_B0D23925",
  "state aws_kms_key.key_F64E54E4",
  "state aws_kms_key.trail_key_F3BA5FEF",
  "state aws_s3_bucket.access-logs_bucket_7E528747",
  "state aws_s3_bucket.bucket_3056591E",
  "state aws_s3_bucket.trail_bucket_9474FEA0",
];

test("what holds data keeps the address that states know it by", () => {
  const [name] = environments.map((environment) => environment.name).toReversed();
  const addresses = resources(realPlatform).map(
    ({ stack, type, name: id }) => `${stack.replace(`${name}-`, "")} ${type}.${id}`,
  );
  expect(holdsState.filter((address) => !addresses.includes(address))).toEqual([]);
});

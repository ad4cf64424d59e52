/**
 * The parts of the AWS SDK that services use. Always `await import(...)` this file where a part is needed: it is a file
 * of its own in a function's bundle, as large as all the rest, and most requests need none of it.
 */
export { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
export { Signer } from "@aws-sdk/rds-signer";

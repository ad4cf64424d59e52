import type { LocalProgram } from "../local-dependency";

/** The only key pair that s3rver signs with; public knowledge, so worth nothing elsewhere. */
export const s3Credentials = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" } as const;

/**
 * What a client of the stand-in needs in its environment. The SDK would stream uploads with a trailing checksum, which
 * s3rver stores as if it were part of the object, so checksums are asked for only where S3 demands them.
 */
export const s3Environment = (url: string) => ({
  AWS_ENDPOINT_URL_S3: url,
  AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
  AWS_REQUEST_CHECKSUM_CALCULATION: "WHEN_REQUIRED",
  AWS_RESPONSE_CHECKSUM_VALIDATION: "WHEN_REQUIRED",
});

const bucket = "imports";

/** The variables of a service that reads the bucket from the stand-in at `url`. */
export const importsVariables = (url: string) => ({
  IMPORTS_BUCKET: bucket,
  AWS_REGION: "eu-west-1",
  ...s3Environment(url),
});

/** The stand-in, with its objects in a folder. */
export const standIn = (folder: string): LocalProgram => ({
  name: "s3",
  entry: "dependencies/imports/stand-in.ts",
  variables: { FOLDER: folder, BUCKETS: bucket },
});

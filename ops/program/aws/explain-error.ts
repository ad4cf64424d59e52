/** Names that AWS's services give to credentials that ended, by protocol. */
const expired = new Set(["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"]);
const unknown = new Set([
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "InvalidAccessKeyId",
  "SignatureDoesNotMatch",
]);

/** Whether the network, not AWS, ended a request. */
export function isConnectionError(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const [name, code] = [Reflect.get(error, "name"), String(Reflect.get(error, "code"))];
  return name === "TimeoutError" || /^(ECONN|EPIPE|EAI_AGAIN|ENOTFOUND|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)/.test(code);
}

/** One sentence for an error of AWS's SDK: what happened and what to do. Undefined for any other error. */
export function explainAwsError(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (expired.has(error.name)) {
    return "the AWS credentials have expired: run the job again, so that it assumes its role anew";
  }
  if (unknown.has(error.name)) {
    return "AWS does not know these credentials: compare AWS_ACCESS_KEY_ID with the user's keys (docs/runbooks/rotate-key.md)";
  }
  if (error.name === "CredentialsProviderError") {
    return "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or assume the job's role first";
  }
  if (isConnectionError(error)) {
    return `AWS cannot be reached (${error.message}): check the runner's network, then run the job again`;
  }
  if (!("$fault" in error)) return undefined;
  return `AWS refused with ${error.name}: ${error.message}`;
}

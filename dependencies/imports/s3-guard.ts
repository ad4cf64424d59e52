import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { join, sep } from "node:path";
import { SignatureV4 } from "@smithy/signature-v4";
import { isOwnHost } from "../../runtime/loopback";
import { Sha256 } from "../../runtime/sha256";
import { s3Credentials } from "./stand-in-program";

/** Why a request is refused, with S3's own code. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** What s3rver's store offers of its paths; everything it reads, writes or deletes goes through these two. */
interface StorePaths {
  readonly rootDirectory: string;
  getBucketPath(bucket: string): string;
  getResourcePath(bucket: string, key: string | undefined, resource: string): string;
}

/** Minutes that a signature may be old, or ahead, as at S3. */
const tolerance = 15;

const authorization =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/\d{8}\/([\w-]+)\/s3\/aws4_request, *SignedHeaders=([\w;-]+), *Signature=([0-9a-f]{64})$/;

/**
 * Whether the S3 stand-in refuses a request. s3rver asks for no signature, does not verify those of version 4, and joins
 * what it decodes to its folder; so a request must name this machine, be signed, and name no path beside its bucket's.
 * @param ownName the name under which containers reach it
 */
export async function refusal(request: IncomingMessage, ownName: string | undefined): Promise<Refusal | undefined> {
  const { headers, url = "" } = request;
  if (!isOwnHost(headers.host, ownName))
    return { status: 403, code: "AccessDenied", message: "the stand-in answers to this machine's own names only" };
  if (!(await isSigned(request)))
    return {
      status: 403,
      code: "AccessDenied",
      message: "a request must be signed by AWS Signature Version 4 in its Authorization header",
    };
  const source = headers["x-amz-copy-source"];
  if ([url, ...(source === undefined ? [] : [`/${source}`])].some(leavesItsPlace))
    return { status: 400, code: "InvalidURI", message: "a key has no segment . or .., no backslash and no NUL" };
  return undefined;
}

/** Whether a path, however often it is decoded, has a segment that a file system takes for another place. */
function leavesItsPlace(target: unknown): boolean {
  const { pathname, uploadId } = parts(String(target));
  if (!/^[\w-]*$/.test(uploadId)) return true;
  let path = pathname;
  for (let round = 0; round < 4; round += 1) {
    if (/[\\\0]/.test(path) || path.split("/").some((segment) => segment === "." || segment === "..")) return true;
    try {
      path = decodeURIComponent(path);
    } catch {
      return true;
    }
  }
  return false;
}

/** A request target's path, not normalized as URL would, and its upload id. */
function parts(target: string) {
  const [pathname = "", query = ""] = target.split("?", 2);
  return { pathname, uploadId: new URLSearchParams(query).get("uploadId") ?? "" };
}

async function isSigned({ method = "", url = "", headers }: IncomingMessage): Promise<boolean> {
  const [, accessKeyId, region = "", names = "", given = ""] = authorization.exec(headers.authorization ?? "") ?? [];
  const date = headers["x-amz-date"];
  if (accessKeyId !== s3Credentials.accessKeyId || typeof date !== "string") return false;
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!(Math.abs(Date.now() - at) <= tolerance * 60_000)) return false;
  const signed = names.split(";");
  if (!signed.includes("host")) return false;
  const [path = "", query = ""] = url.split("?", 2);
  const signer = new SignatureV4({
    service: "s3",
    region,
    credentials: s3Credentials,
    sha256: Sha256,
    // S3's keys are signed as they are on the wire.
    uriEscapePath: false,
    applyChecksum: false,
  });
  const request = {
    method,
    protocol: "http:",
    hostname: "localhost",
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: Object.fromEntries(signed.map((name) => [name, String(headers[name] ?? "")])),
  };
  const again = await signer.sign(request, { signingDate: new Date(at), signableHeaders: new Set(signed) });
  const expected = again.headers.authorization?.slice(-64) ?? "";
  return expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}

/**
 * Keeps s3rver inside its folder, whatever a request's body names: the keys of a form, or of a list to delete.
 * @throws when s3rver has no store of the known form, since it would be unguarded then
 */
export function keepInside(s3: object): void {
  const store = "store" in s3 ? s3.store : undefined;
  if (!isStore(store)) throw new Error("s3rver's store has another form than the one that is guarded here");
  const root = join(store.rootDirectory, sep);
  const inside = (path: string, folder: string) => {
    if (!join(path, sep).startsWith(folder)) throw new Error(`a key leads out of its bucket: ${JSON.stringify(path)}`);
    return path;
  };
  const { getBucketPath, getResourcePath } = store;
  store.getBucketPath = (bucket) => inside(getBucketPath.call(store, bucket), root);
  store.getResourcePath = (bucket, key, resource) =>
    inside(getResourcePath.call(store, bucket, key, resource), join(store.getBucketPath(bucket), sep));
}

const isStore = (store: unknown): store is StorePaths =>
  typeof store === "object" &&
  store !== null &&
  ["getBucketPath", "getResourcePath"].every((name) => typeof Reflect.get(store, name) === "function") &&
  typeof Reflect.get(store, "rootDirectory") === "string";

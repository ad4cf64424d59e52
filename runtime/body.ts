import { invalid, Problem } from "./problem";

/** A way, or several, in which a body may be sent. */
export interface BodyForm {
  /** Media types, for the OpenAPI document. */
  readonly contentTypes: readonly string[];
  /** Reads a body of at most `limit` bytes; throws 415, 413 or 422. */
  readonly read: (request: Request, limit: number) => Promise<unknown>;
}

/**
 * Reads a JSON body of at most `limit` bytes, without holding more than that in memory.
 *
 * @throws 415 unless it is JSON in plain UTF-8, 413 when it is longer, 422 when it is no JSON
 */
async function readJson(request: Request, limit: number): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "none";
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    throw new Problem(415, "Send the body as `Content-Type: application/json`, in UTF-8.");
  }
  const text = await readText(request, limit);
  try {
    return JSON.parse(text);
  } catch {
    throw invalid({ in: "body", pointer: "", detail: "The body is not JSON" });
  }
}

/** Reads a body of at most `limit` bytes of UTF-8; throws 415 when it is encoded, 413 when it is longer, 422 otherwise. */
async function readText(request: Request, limit: number): Promise<string> {
  if (!/^(identity)?$/i.test(request.headers.get("content-encoding") ?? "")) {
    throw new Problem(415, "Send the body without a Content-Encoding.");
  }
  return decode(await read(request, limit));
}

export const jsonBody: BodyForm = { contentTypes: ["application/json"], read: readJson };

const tooLarge = (limit: number) => new Problem(413, `A body here has at most ${limit} bytes.`);

async function read(request: Request, limit: number): Promise<Uint8Array> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > limit) throw tooLarge(limit);
  // A declared length is enforced by the server below us; without one, the bytes are counted as they come.
  if (declared > 0) return new Uint8Array(await request.arrayBuffer());
  return bytesOf(request, limit, () => tooLarge(limit));
}

/** The bytes of a request or a response, counted as they come; throws what `tooLarge` makes beyond `limit`. */
export async function bytesOf({ body }: Request | Response, limit: number, tooLarge: () => Error): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalid({ in: "body", pointer: "", detail: "The body is not valid UTF-8" });
  }
}

const types = ["application/x-www-form-urlencoded", "application/json"] as const;

/**
 * Fields as an HTML form sends them, or as a JSON object. No body at all is an empty form, so that what is missing is
 * named. The last of several fields of one name counts.
 */
export const formOrJson: BodyForm = {
  contentTypes: types,
  async read(request, limit) {
    const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (type === "application/json") return readJson(request, limit);
    if (type === "application/x-www-form-urlencoded" || (type === undefined && request.body === null)) {
      return Object.fromEntries(new URLSearchParams(await readText(request, limit)));
    }
    throw new Problem(415, `Send the body as ${types.join(" or ")}, got ${type ?? "no Content-Type"}`);
  },
};

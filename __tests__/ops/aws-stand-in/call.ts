/** One request as IAM sees it. */
export interface Call {
  /** `lambda:UpdateAlias` */
  readonly action: string;
  readonly resource: string;
  /** Condition keys beside the global ones. */
  readonly context: Readonly<Record<string, string>>;
}

/** An error in AWS's form. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A request understood: the calls that IAM checks before it, and what answers it. */
export interface Operation {
  readonly action: string;
  readonly calls: readonly Call[];
  readonly answer: () => unknown;
}

export const account = "111122223333";
export const region = "eu-west-1";

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

/** A JSON body as a plain object. */
export function json({ body }: Request): Record<string, unknown> {
  const value: unknown = body.length === 0 ? {} : JSON.parse(body.toString());
  if (typeof value !== "object" || value === null) throw new AwsError("SerializationException", "not an object");
  return { ...value };
}

export const text = (value: unknown): string => (typeof value === "string" ? value : "");

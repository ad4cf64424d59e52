import { createHash } from "node:crypto";
import type { Caller } from "./callers";
import type { Logger } from "./logger";
import type { Problem } from "./problem";

/** One request to people's data. */
export interface Access {
  readonly requestId: string;
  readonly status: number;
  /** Method and pattern of the path. */
  readonly operation: string;
  /** Ids of those whose data it is. */
  readonly people: readonly string[];
  /** Undefined when nobody was let in. */
  readonly caller: Caller | undefined;
  readonly problem: Problem | undefined;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The ids among the parameters of a path: anything else there may be an address. */
export const idsIn = (parameters: Readonly<Record<string, string>>): readonly string[] =>
  Object.values(parameters).filter((value) => uuid.test(value));

/** Statuses that say no to the caller; their problems are in words of ours, without anything that the request said. */
const refusals: ReadonlySet<number> = new Set([400, 401, 403, 404, 429]);

/** Some issuers make subjects of e-mail addresses; a log must not hold one. Whoever knows the subject finds the sum. */
const nameless = (identifier: string) =>
  identifier.includes("@")
    ? `sha256:${createHash("sha256").update(identifier).digest("hex").slice(0, 16)}`
    : identifier;

/** Writes who did what to whose data. */
export type WriteAccess = (access: Access) => void;

/** The access log of a service. It has no gaps, whatever LOG_LEVEL is. */
export function createAccessLog(logger: Logger): WriteAccess {
  const log = logger.child({}, { level: "info" });
  return ({ requestId, status, operation, people, caller, problem }) => {
    const refused = problem !== undefined && refusals.has(problem.status) ? problem.message : undefined;
    const who = caller && { subject: nameless(caller.subject), client: nameless(caller.client) };
    log.info({ requestId, ...who, operation, people, status, refused }, "access");
  };
}

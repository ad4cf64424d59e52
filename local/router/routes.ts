/** A service behind the router. */
export interface Upstream {
  readonly name: string;
  /** One sentence, for the status page. */
  readonly description: string;
  /** Prefix that the service never sees: `/transactions`. */
  readonly path: string;
  /** Where it answers: `http://transactions:8080`, or `unix:` and the path of its socket. */
  readonly url: string;
}

export interface Route {
  readonly upstream: Upstream;
  /** What the service gets to see: path without the prefix, and the query. */
  readonly target: string;
}

/** Why a request's target is refused, in a sentence for whoever sent it. */
export class Refused extends Error {}

/**
 * Finds the service of a request target as the request line has it; nothing when no prefix fits.
 * A prefix ends where a segment ends: `/authx` is not `/auth`. Throws `Refused` for a target that a service could read as
 * another path than the router does: it is refused, not repaired, so both always speak of the same one.
 */
export function findRoute(upstreams: readonly Upstream[], target: string): Route | undefined {
  const queryAt = target.indexOf("?");
  const path = queryAt === -1 ? target : target.slice(0, queryAt);
  const query = queryAt === -1 ? "" : target.slice(queryAt);
  for (const upstream of upstreams) {
    const prefix = upstream.path;
    if (!path.startsWith(prefix)) continue;
    if (path.length === prefix.length) return { upstream, target: `/${query}` };
    if (path[prefix.length] === "/") {
      refuseAmbiguous(path);
      return { upstream, target: path.slice(prefix.length) + query };
    }
  }
  refuseAmbiguous(path);
  return undefined;
}

/** Encoded `/`, `\` and NUL, and those and `.` encoded twice: decoded once more or once less, the path is another. */
const ambiguousEscape = /%(25)*(2f|5c|00)|%(25)+2e/i;
const brokenEscape = /%(?![0-9a-f]{2})/i;

function refuseAmbiguous(path: string): void {
  if (!path.startsWith("/")) throw new Refused("the request target must be a path, beginning with /");
  // Most paths have none of these, and this runs for each request.
  if (!/%|\\|\/\.|\/\/|#/.test(path)) return;
  if (path.includes("#")) throw new Refused("the path must not contain #");
  if (brokenEscape.test(path)) throw new Refused("the path holds a % that two hexadecimal digits do not follow");
  if (path.includes("\\") || ambiguousEscape.test(path)) {
    throw new Refused("the path must not contain a backslash, nor an encoded slash, backslash or NUL");
  }
  const segments = path.slice(1).split("/");
  if (segments.slice(0, -1).includes("")) throw new Refused("the path must not contain an empty segment");
  if (segments.some((segment) => /^(\.|%2e){1,2}$/i.test(segment))) {
    throw new Refused("the path must not contain . or .. as a segment");
  }
}

import type { Context } from "hono";
import type { ApiEnv } from "../../runtime/api";
import { challenged } from "../../runtime/challenge";

/** What tokens of callers allow. */
export const scopes = {
  read: "preferences:read",
  write: "preferences:write",
  /** Everybody's: to list and to erase. A person who has it is not held to the own user. */
  admin: "preferences:admin",
} as const;

/**
 * The subject whose user alone the caller may read and change: that of a person's own token. Null for a program, for a
 * person with the scope admin, and where everybody may call.
 */
export function ownSubject(context: Context<ApiEnv>): string | null {
  const caller = context.get("caller");
  return caller?.isPerson && !caller.scopes.has(scopes.admin) ? caller.subject : null;
}

/** 403 for another's user, whether there is one or not: a person is not to learn who is here. */
export const notOwnUser = () =>
  challenged(403, "A person's token reads and changes the person's own consents alone.", {
    realm: "preferences",
    scope: scopes.admin,
    error: "insufficient_scope",
  });

/** Throws 403 for a person: what it guards is a program's. */
export function refusePerson(context: Context<ApiEnv>): void {
  if (ownSubject(context) !== null) throw notOwnUser();
}

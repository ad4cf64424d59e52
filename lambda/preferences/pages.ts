import * as z from "../../runtime/schema";
import { UserId } from "./schemas";

/** A cursor is the key of the last row of a page, in a form that nobody is tempted to make up. */
const encode = (key: string | number) => Buffer.from(String(key)).toString("base64url");

const limit = z.pipe(
  z._default(z.string().check(z.regex(/^[1-9]\d?$|^100$/, "Must be a number from 1 to 100")), "20"),
  z.transform(Number),
);

/** Query of a page whose rows are ordered by `key`. */
const pageOf = <Key>(key: z.ZodMiniType<Key>) =>
  z.strictObject({
    limit,
    cursor: z.optional(
      z.pipe(
        z.string().check(z.maxLength(64), z.regex(/^[\w-]+$/, "Must be the `next` of a page")),
        z.transform((cursor, { issues }) => {
          const result = key.safeParse(Buffer.from(cursor, "base64url").toString());
          if (result.success) return result.data;
          issues.push({ code: "custom", message: "Must be the `next` of a page", input: cursor });
          return z.NEVER;
        }),
      ),
    ),
  });

export const UserPageQuery = pageOf(UserId);
/** PostgreSQL's integer ends at 2,147,483,647. */
export const EventPageQuery = pageOf(z.pipe(z.string().check(z.regex(/^\d{1,9}$/)), z.transform(Number)));

/** Splits off the row that was asked for only to learn whether there is a next page. */
export function page<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => string | number) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? encode(keyOf(last)) : null };
}

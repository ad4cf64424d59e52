import * as z from "zod";
import { UserId } from "./schemas";

/** A cursor is the key of the last row of a page, in a form that nobody is tempted to make up. */
const encode = (key: string | number) => Buffer.from(String(key)).toString("base64url");

/** Query of a page whose rows are ordered by `key`. */
const pageOf = <Key>(key: z.ZodType<Key>) =>
  z.strictObject({
    limit: z
      .string()
      .regex(/^[1-9]\d?$|^100$/, "Must be a number from 1 to 100")
      .default("20")
      .transform(Number),
    cursor: z
      .string()
      .max(64)
      .regex(/^[\w-]+$/, "Must be the `next` of a page")
      .transform((cursor, context) => {
        const result = key.safeParse(Buffer.from(cursor, "base64url").toString());
        if (result.success) return result.data;
        context.addIssue({ code: "custom", message: "Must be the `next` of a page" });
        return z.NEVER;
      })
      .optional(),
  });

export const UserPageQuery = pageOf(UserId);
/** PostgreSQL's integer ends at 2,147,483,647. */
export const EventPageQuery = pageOf(
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
);

/** Splits off the row that was asked for only to learn whether there is a next page. */
export function page<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => string | number) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? encode(keyOf(last)) : null };
}

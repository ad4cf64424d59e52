import * as z from "zod";

/** What a person can consent to, in the order in which answers list it. A new consent is a new entry. */
export const consentIds = ["email_notifications", "sms_notifications"] as const;
export type ConsentId = (typeof consentIds)[number];

export const Consent = z.strictObject({ id: z.enum(consentIds), enabled: z.boolean() }).meta({ id: "Consent" });

/** Choices that take effect together, so each consent at most once. */
export const ConsentChanges = z
  .array(Consent)
  .max(consentIds.length)
  .refine((changes) => new Set(changes.map(({ id }) => id)).size === changes.length, "Each consent at most once");

/** RFC 5321 ends an address at 254 characters. */
export const Email = z.email().max(254);

export const UserId = z.uuid();

export const NewUser = z.strictObject({ email: Email }).meta({ id: "NewUser" });

export const User = z
  .strictObject({ id: UserId, email: z.string(), consents: z.array(Consent) })
  .meta({ id: "User", description: "Consents that were never chosen are absent." });
export type User = z.infer<typeof User>;

export const NewEvent = z
  .strictObject({ user: z.strictObject({ id: UserId }), consents: ConsentChanges.min(1) })
  .meta({ id: "NewEvent" });

export const Event = z
  .strictObject({
    user: z.strictObject({ id: UserId }),
    sequence: z.int().positive().describe("1, 2, 3... for each user: the order in which events take effect."),
    createdAt: z.iso.datetime(),
    consents: z.array(Consent).min(1),
  })
  .meta({ id: "Event" });
export type Event = z.infer<typeof Event>;

const next = z.string().nullable().describe("Cursor of the next page; null on the last.");
export const UserPage = z.strictObject({ users: z.array(User), next }).meta({ id: "UserPage" });
export const EventPage = z.strictObject({ events: z.array(Event), next }).meta({ id: "EventPage" });

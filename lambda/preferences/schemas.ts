import { Consent, ConsentChanges, type ConsentId, consentIds, Email } from "../../contracts/preferences";
import * as z from "../../runtime/schema";

export const UserId = z.uuid();

export const NewUser = z.strictObject({ email: Email }).check(z.meta({ id: "NewUser" }));

/** OpenID Connect's `sub`: ASCII, 255 characters at most. */
export const NewSubject = z
  .strictObject({
    subject: z
      .string()
      .check(
        z.regex(/^[\x20-\x7e]{1,255}$/, "1 to 255 characters of ASCII"),
        z.describe("`sub` of the person's tokens."),
      ),
  })
  .check(z.meta({ id: "NewSubject" }));

export const NewEvent = z
  .strictObject({ user: z.strictObject({ id: UserId }), consents: ConsentChanges.check(z.minLength(1)) })
  .check(z.meta({ id: "NewEvent" }));

// Answers are typed by their schemas and documented by them, never checked: those are made when the document is asked for.

export const User = z.lazy(() =>
  z
    .strictObject({ id: UserId, email: z.string(), consents: z.array(Consent) })
    .check(z.meta({ id: "User", description: "Consents that were never chosen are absent." })),
);
export type User = z.infer<typeof User>;

export const Event = z.lazy(() =>
  z
    .strictObject({
      user: z.strictObject({ id: UserId }),
      sequence: z
        .int()
        .check(z.positive(), z.describe("1, 2, 3... for each user: the order in which events take effect.")),
      createdAt: z.iso.datetime(),
      consents: z.array(Consent).check(z.minLength(1)),
    })
    .check(z.meta({ id: "Event" })),
);
export type Event = z.infer<typeof Event>;

const next = () => z.nullable(z.string()).check(z.describe("Cursor of the next page; null on the last."));
export const UserPage = z.lazy(() =>
  z.strictObject({ users: z.array(User), next: next() }).check(z.meta({ id: "UserPage" })),
);
export const EventPage = z.lazy(() =>
  z.strictObject({ events: z.array(Event), next: next() }).check(z.meta({ id: "EventPage" })),
);

/** Choices by consent: the form in which PostgreSQL keeps them and adds a later choice to an earlier one. */
export type Choices = Partial<Record<ConsentId, boolean>>;

export const toChoices = (consents: readonly z.infer<typeof Consent>[]): Choices =>
  Object.fromEntries(consents.map(({ id, enabled }) => [id, enabled]));

/** The contract's form, always in the order of `consentIds`. */
export function toConsents(choices: Choices): z.infer<typeof Consent>[] {
  return consentIds.flatMap((id) => {
    const enabled = choices[id];
    return enabled === undefined ? [] : [{ id, enabled }];
  });
}

import { domainToASCII } from "node:url";
import * as z from "../../runtime/schema";

/** What a person can consent to, in the order in which answers list it. A new consent is a new entry. */
export const consentIds = ["email_notifications", "sms_notifications"] as const;
export type ConsentId = (typeof consentIds)[number];

export const Consent = z
  .strictObject({ id: z.enum(consentIds), enabled: z.boolean() })
  .check(z.meta({ id: "Consent" }));

/** Choices that take effect together, so each consent at most once. */
export const ConsentChanges = z.array(Consent).check(
  z.maxLength(consentIds.length),
  z.refine((changes) => new Set(changes.map(({ id }) => id)).size === changes.length, "Each consent at most once"),
);

const domainOf = (address: string) => address.slice(address.lastIndexOf("@") + 1);
const isAscii = (text: string) => !/[\u0080-\uffff]/.test(text);

/**
 * An internationalised domain in the form that the DNS has (RFC 5890's A-labels, by UTS 46), so that both forms are one
 * person. A domain that has no such form stays as it is, and is refused for that.
 */
function withAsciiDomain(address: string): string {
  const domain = domainOf(address);
  // Symbols are no part of such a domain, and domainToASCII would decode "%41".
  if (isAscii(address) || !/^[\p{L}\p{M}\p{N}.\u3002-]+$/u.test(domain)) return address;
  return address.slice(0, -domain.length) + (domainToASCII(domain) || domain);
}

/** Why an address beyond ASCII is none here; undefined for one that is refused for its form. */
function whyNotAscii(address: unknown): string | undefined {
  if (typeof address !== "string" || isAscii(address)) return undefined;
  return isAscii(domainOf(address))
    ? "only ASCII before the @ (RFC 5321)"
    : "a domain without an ASCII form (RFC 5890)";
}

/** What of an address mail and the DNS do not take, though it has the form of one. */
function beyondLimits(address: string): string | undefined {
  if (address.lastIndexOf("@") > 64) return "at most 64 characters before the @ (RFC 5321)";
  const labels = domainOf(address).split(".");
  if (labels.some(({ length }) => length > 63)) return "at most 63 characters in a domain label (RFC 1035)";
  if (labels.some((label) => label.endsWith("-"))) return "a domain label does not end with a hyphen (RFC 1035)";
  return undefined;
}

/**
 * RFC 5321: 254 characters in all (section 4.5.3.1.3 without the brackets), 64 before the @; RFC 1035: 63 in a label. What
 * is before the @ has no other form in ASCII, and not every server takes it (RFC 6531), so it is refused.
 */
export const Email = z.string().check(
  z.overwrite(withAsciiDomain),
  z.email({ error: ({ input }) => whyNotAscii(input) }),
  z.maxLength(254),
  z.refine((address) => beyondLimits(address) === undefined, { error: ({ input }) => beyondLimits(String(input)) }),
);

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

import { domainToASCII } from "node:url";
import * as z from "../runtime/schema";

/** What the services of preferences share: the forms of an address and of a consent. Neither imports the other; each imports this. */

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
  const domain = domainOf(address);
  if (domain.length > 63 && /[^.]{64}/.test(domain)) return "at most 63 characters in a domain label (RFC 1035)";
  if (domain.includes("-.") || domain.endsWith("-")) return "a domain label does not end with a hyphen (RFC 1035)";
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

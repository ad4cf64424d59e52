import type { Logger } from "../../runtime/logger";
import { metrics } from "../../runtime/metrics";
import { invalid, Problem } from "../../runtime/problem";
import { countInMemory, type TakeRequests } from "../../runtime/usage-limit";
import { type Reply, type Resolver, recordTypes } from "./resolver";

/** Whether a domain receives mail; `unknown` when the resolver could not say. */
export type MailDomain = "accepts" | "refuses" | "unknown";

/** `warn` records what the resolver says; `enforce` refuses an address whose domain receives no mail. */
export type MailDomainMode = "off" | "warn" | "enforce";

export interface MailDomainCheckOptions {
  readonly mode: MailDomainMode;
  readonly resolve: Resolver;
  readonly logger: Logger;
  /** Addresses of one caller in a minute about which this instance asks. */
  readonly perCaller: number;
  /** Counts them. @default in this instance's memory */
  readonly take?: TakeRequests;
}

/**
 * Says what to record of an address's domain (null: not asked). Throws 422 in `enforce` when it receives no mail.
 * @param caller undefined where callers are not known
 */
export type MailDomainCheck = (email: string, caller?: string) => Promise<MailDomain | null>;

/**
 * The third party fails open: its outage is never ours, and what it could not say is on record. One caller has a budget of
 * questions, so that none makes us a burden to the resolver; beyond it nothing is asked.
 */
export function createMailDomainCheck(options: MailDomainCheckOptions): MailDomainCheck {
  const { mode, resolve, logger, perCaller, take = countInMemory() } = options;
  return async (email, caller) => {
    if (mode === "off") return null;
    const domain = email.slice(email.lastIndexOf("@") + 1);
    try {
      if (caller !== undefined && (await take(caller, 1)).requests > perCaller)
        throw new Error(`the caller has used its ${perCaller} questions of this minute`);
      const receives = await receivesMail(domain, resolve);
      if (!receives && mode === "enforce") {
        throw invalid({ in: "body", pointer: "/email", detail: "The domain of this address receives no mail" });
      }
      return receives ? "accepts" : "refuses";
    } catch (error) {
      if (error instanceof Problem) throw error;
      const fault = error instanceof Error ? error.message : String(error);
      logger.warn({ fault, ...metrics({ mailDomainUnknown: [1, "Count"] }) }, "mail domain unknown");
      return "unknown";
    }
  };
}

const nameError = 3;

function records(reply: Reply, type: number): string[] {
  // NXDOMAIN is an answer: there is no such domain. Anything else but success is the resolver's trouble.
  if (reply.Status !== 0 && reply.Status !== nameError)
    throw new Error(`the resolver answered DNS status ${reply.Status}`);
  return (reply.Answer ?? []).filter((record) => record.type === type).map(({ data }) => data);
}

/** RFC 5321, 5.1: mail goes to the MX records, or to the domain's own address; RFC 7505: an MX of "." refuses all. */
async function receivesMail(domain: string, resolve: Resolver): Promise<boolean> {
  const exchanges = records(await resolve(domain, "MX"), recordTypes.MX);
  if (exchanges.length > 0) return exchanges.some((exchange) => !/^\d+\s+\.?$/.test(exchange));
  const [a, aaaa] = await Promise.all([resolve(domain, "A"), resolve(domain, "AAAA")]);
  return records(a, recordTypes.A).length > 0 || records(aaaa, recordTypes.AAAA).length > 0;
}

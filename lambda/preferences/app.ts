import { callers } from "../../runtime/callers";
import { database } from "../../runtime/database";
import { internet } from "../../runtime/internet";
import * as z from "../../runtime/schema";
import { httpService } from "../../runtime/service";
import { callerRequestsRepository } from "./caller-requests-repository";
import { createMailDomainCheck } from "./mail-domain";
import { addOperations } from "./operations";
import { createResolver } from "./resolver";

export default httpService({
  name: "preferences",
  description: "People's consents, and every change of them",
  uses: { database, internet, callers },
  variables: {
    MAIL_DOMAIN_CHECK: z
      ._default(z.enum(["off", "warn", "enforce"]), "off")
      .check(z.describe("Whether an address's domain receives mail: not asked, recorded, or required")),
    MAIL_DOMAIN_CHECKS_PER_MINUTE: z
      ._default(z.coerce.number().check(z.int(), z.minimum(1)), 120)
      .check(z.describe("Addresses of one known caller about which an instance asks the resolver in a minute")),
    DNS_RESOLVER_URL: z
      ._default(z.url({ protocol: /^https?$/ }), "https://cloudflare-dns.com/dns-query")
      .check(z.describe("DNS over HTTPS, in the JSON form of Google's and Cloudflare's resolvers")),
  },
  create({ api, database, internet, callers, variables, logger }) {
    const resolve = createResolver({ url: variables.DNS_RESOLVER_URL, fetch: internet });
    const checkMailDomain = createMailDomainCheck({
      mode: variables.MAIL_DOMAIN_CHECK,
      perCaller: variables.MAIL_DOMAIN_CHECKS_PER_MINUTE,
      resolve,
      logger,
    });
    api.admit(callers, callerRequestsRepository(database).take);
    addOperations(api, { database, checkMailDomain });
  },
});

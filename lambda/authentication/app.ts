import { tokenContract } from "../../contracts/loyalty";
import { database } from "../../runtime/database";
import { plainForm } from "../../runtime/plain-error";
import { queue } from "../../runtime/redis";
import * as z from "../../runtime/schema";
import { httpService } from "../../runtime/service";
import { createTokens, jwt } from "../../runtime/token";
import { createAttemptLimit } from "./attempt-limit";
import { clientAddress } from "./client-address";
import { addOperations } from "./operations";
import { createPasswords } from "./password";
import { userRepository } from "./user-repository";

const count = (fallback: number, meaning: string) =>
  z._default(z.coerce.number().check(z.int(), z.minimum(1)), fallback).check(z.describe(meaning));

export default httpService({
  name: "authentication",
  description: "Trades a username and a password for a token of 30 seconds",
  uses: { database, queue, jwt },
  variables: {
    ATTEMPTS_PER_USER: count(20, "Failed attempts on one username in a window"),
    ATTEMPTS_PER_ADDRESS: count(100, "Failed attempts from one address in a window"),
    ATTEMPTS_WINDOW_SECONDS: count(60, "Length of the window, in seconds"),
    HASHES_AT_ONCE: count(1, "Passwords compared at once; each takes a core and 19 MiB meanwhile"),
    HASHES_WAITING: count(200, "Logins that may wait for their comparison; others get a 503"),
    TRUSTED_PROXIES: z
      ._default(z.string(), "unix:")
      .check(
        z.describe(
          "Peers, with commas between, whose X-Forwarded-For is believed: addresses, or unix: for a Unix socket",
        ),
      ),
  },
  form: plainForm,
  async create({ api, database, queue, jwt, variables, logger, onStop }) {
    const redis = queue.connect("answering");
    redis.on("error", (error) => logger.warn({ err: error }, "Redis is away; attempts are counted in memory"));
    onStop(() => redis.disconnect());
    addOperations(api, {
      users: userRepository(database),
      passwords: await createPasswords({ atOnce: variables.HASHES_AT_ONCE, waiting: variables.HASHES_WAITING }),
      attempts: createAttemptLimit(redis, queue.prefix, {
        perUser: variables.ATTEMPTS_PER_USER,
        perAddress: variables.ATTEMPTS_PER_ADDRESS,
        windowSeconds: variables.ATTEMPTS_WINDOW_SECONDS,
      }),
      tokens: createTokens({ keys: jwt, ...tokenContract }),
      clientAddress: clientAddress(variables.TRUSTED_PROXIES.split(",")),
    });
  },
});

import { setTimeout as delay } from "node:timers/promises";
import * as z from "../../../runtime/schema";
import { httpService, resource } from "../../../runtime/service";

const word = resource(z.object({ WORD: z.string().check(z.describe("The word")) }), ({ WORD }, { logger, onStop }) => {
  onStop(() => logger.info("word closed"));
  return WORD;
});

/** The smallest service that uses something and has a variable of its own. */
export default httpService({
  name: "minimal",
  description: "Says a word",
  uses: { word },
  variables: { PAUSE: z._default(z.coerce.number(), 0).check(z.describe("Milliseconds before an answer")) },
  create({ api, word, variables, logger }) {
    const request = z.object({});
    api.operation({ method: "get", path: "/word", summary: "Say it", request, answers: {} }, async (_, context) => {
      logger.info("asked");
      await delay(variables.PAUSE);
      return context.json({ word });
    });
  },
});

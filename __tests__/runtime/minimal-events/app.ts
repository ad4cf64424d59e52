import { eventsService } from "../../../runtime/service";

/** The smallest service that works on events. */
export default eventsService({
  name: "minimal-events",
  description: "Notes what comes",
  uses: {},
  create({ onMessage, asProcess, logger }) {
    onMessage(async (message) => logger.info({ message }, "message"));
    asProcess(async () => {
      const looking = setInterval(() => undefined, 1000);
      return async () => {
        clearInterval(looking);
        logger.info("looked enough");
      };
    });
  },
});

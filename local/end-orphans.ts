import { endOrphans } from "./orphans";

/** What the watchdog runs once the supervisor is gone: FOLDER of the platform, process id of the supervisor. */
const [folder = "", supervisor = ""] = process.argv.slice(2);
await endOrphans(folder, Number(supervisor));

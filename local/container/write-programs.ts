import { services } from "../../config/services";
import { buildContainerPrograms } from "./build-programs";

/** What the image runs. */
await buildContainerPrograms(services, "build/container");

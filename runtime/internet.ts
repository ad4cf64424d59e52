import * as z from "./schema";
import { resource } from "./service";

/** The resource `internet`: calls public hosts over HTTPS. */
export const internet = resource(z.object({}), () => fetch);

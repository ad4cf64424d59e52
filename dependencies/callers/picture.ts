import type { PictureNode } from "../picture";

/** An issuer is somewhere else, and here there is none. */
export const callers: PictureNode = undefined;

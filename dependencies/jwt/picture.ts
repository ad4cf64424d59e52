import type { PictureNode } from "../picture";

/** A secret is a file, which nobody connects to. */
export const jwt: PictureNode = undefined;

import type { Node } from "@platform/architecture";

/** A dependency's box in docs/local.svg; none for what nobody connects to. */
export type PictureNode = Omit<Node, "parent"> | undefined;

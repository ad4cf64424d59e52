import type { Node } from "../packages/architecture/src/scene";

/** A dependency's box in docs/local.svg; none for what nobody connects to. */
export type PictureNode = Omit<Node, "parent"> | undefined;

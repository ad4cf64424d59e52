import type { Node } from "@platform/architecture";
import type { DependencyName } from "../config/dependency";
import { callers } from "./callers/picture";
import { database } from "./database/picture";
import { imports } from "./imports/picture";
import { internet } from "./internet/picture";
import { jwt } from "./jwt/picture";
import { queue } from "./queue/picture";

/** What each dependency is in the picture of the local platform. */
export const dependencyPictures: Readonly<Record<DependencyName, PictureNode>> = {
  database,
  queue,
  imports,
  internet,
  jwt,
  callers,
};

/** A dependency's box in docs/local.svg; none for what nobody connects to. */
export type PictureNode = Omit<Node, "parent"> | undefined;

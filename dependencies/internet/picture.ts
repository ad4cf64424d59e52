import type { PictureNode } from "../picture";

export const internet: PictureNode = {
  id: "resolver",
  icon: "resolver",
  title: "Resolver stand-in",
  detail: "DNS over HTTPS",
};

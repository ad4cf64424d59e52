import type { PictureNode } from "../picture";

export const queue: PictureNode = { id: "redis", icon: "redis", title: "Redis", detail: "queues, rate limits" };

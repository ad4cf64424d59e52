import type { PictureNode } from "../picture-node";

export const database: PictureNode = { id: "postgres", icon: "postgres", title: "PostgreSQL", detail: "the real one" };

import type { PictureNode } from "../picture";

export const database: PictureNode = { id: "postgres", icon: "postgres", title: "PostgreSQL", detail: "the real one" };

import type { PictureNode } from "../picture";

export const imports: PictureNode = { id: "s3", icon: "files", title: "S3 stand-in", detail: "in a folder" };

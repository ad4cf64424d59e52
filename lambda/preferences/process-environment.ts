import * as z from "zod";
import { ServiceEnvironment } from "./environment";

/** Variables of the process: a file of its own, since the function has no use for them. */
export const ProcessEnvironment = z.intersection(
  ServiceEnvironment,
  z.object({
    HTTP_PORT: z.coerce.number().int().min(0).max(65_535).describe("Port to listen on, as a process"),
    HTTP_HOST: z
      .string()
      .default("127.0.0.1")
      .describe("Address to listen on: this machine alone, or 0.0.0.0 where a container is the boundary"),
    IMPORTS_BUCKET: z.string().optional().describe("The bucket of files to import"),
    AWS_ENDPOINT_URL_S3: z
      .url()
      .optional()
      .describe("A stand-in for S3; as it tells nobody of new objects, the process looks for them itself"),
  }),
);

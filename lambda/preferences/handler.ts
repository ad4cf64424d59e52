import type { LambdaContext, LambdaEvent } from "hono/aws-lambda";
import { parseEnvironment } from "../../runtime/environment";
import { lambdaHandler } from "../../runtime/lambda";
import * as z from "../../runtime/schema";
import { FunctionEnvironment } from "./environment";
import { importObject } from "./import-object";
import { createS3Client } from "./imports-bucket";
import { createService } from "./service";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const S3Event = z.lazy(() =>
  z.object({
    Records: z.array(
      z.object({
        eventSource: z.literal("aws:s3"),
        s3: z.object({
          bucket: z.object({ name: z.string() }),
          object: z.object({ key: z.string(), versionId: z.optional(z.string()) }),
        }),
      }),
    ),
  }),
);

const environment = parseEnvironment(FunctionEnvironment, process.env);
const { api, database, logger } = createService(environment, "platform");
const http = lambdaHandler(api, environment.BASE_PATH);

async function importAll({ Records }: z.infer<typeof S3Event>): Promise<void> {
  const s3 = await createS3Client();
  for (const { s3: record } of Records) {
    const key = decodeURIComponent(record.object.key.replaceAll("+", " "));
    await importObject(
      { database, s3, logger },
      { bucket: record.bucket.name, key, versionId: record.object.versionId },
    );
  }
}

/** One function, two sources: API Gateway's requests, and the imports bucket's new objects. */
export async function handler(event: LambdaEvent, context: LambdaContext): Promise<unknown> {
  return "Records" in event ? importAll(S3Event.parse(event)) : http(event, context);
}

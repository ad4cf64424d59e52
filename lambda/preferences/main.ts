import { parseEnvironment } from "../../runtime/environment";
import { exitOnSignal, serve } from "../../runtime/http-server";
import { createS3Client } from "./imports-bucket";
import { ProcessEnvironment } from "./process-environment";
import { createService } from "./service";
import { watchImports } from "./watch-imports";

const environment = parseEnvironment(ProcessEnvironment, process.env);
const { api, database, logger } = createService(environment);
const { IMPORTS_BUCKET: bucket, AWS_ENDPOINT_URL_S3: standIn } = environment;
const watch = bucket && standIn ? watchImports({ database, s3: await createS3Client(), logger }, bucket) : undefined;

const server = await serve(api, {
  port: environment.HTTP_PORT,
  host: environment.HTTP_HOST,
  close: async () => {
    await watch?.stop();
    await database.close();
  },
});
exitOnSignal(server.stop);
logger.info({ port: server.port }, "listening");

import { exitOnSignal } from "../../runtime/http-server";
import { startS3 } from "./s3";

const { HTTP_PORT, HTTP_HOST = "127.0.0.1", FOLDER = "", BUCKETS = "", SERVICE_NAME } = process.env;
const buckets = BUCKETS.split(",");
const server = await startS3({
  folder: FOLDER,
  port: Number(HTTP_PORT),
  host: HTTP_HOST,
  buckets,
  ...(SERVICE_NAME && { name: SERVICE_NAME }),
});
exitOnSignal(server.stop);
process.send?.("ready");

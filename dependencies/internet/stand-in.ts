import { exitOnSignal, serve } from "../../runtime/http-server";
import { resolver } from "./resolver";

const { HTTP_PORT, HTTP_HOST = "127.0.0.1" } = process.env;
const server = await serve(resolver(), { port: Number(HTTP_PORT), host: HTTP_HOST, close: async () => {} });
exitOnSignal(server.stop);
process.send?.("ready");

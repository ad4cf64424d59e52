import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Alarms } from "./alarms";
import { AwsError, type Call, type Operation, type Request } from "./call";
import { CodeBuild } from "./codebuild";
import { Ecr } from "./ecr";
import { Ecs } from "./ecs";
import { Lambda } from "./lambda";
import { Logs } from "./logs";
import { Metrics } from "./metrics";
import { Quotas } from "./quotas";
import { RdsData } from "./rds-data";
import { S3 } from "./s3";
import { SecretsManager } from "./secrets-manager";
import { Sqs } from "./sqs";
import { Sts } from "./sts";

/** Instead of the next answer, or before it: an error, a cut connection, or something that happens meanwhile. */
export type Fault = () => AwsError | "cut before" | "cut after" | undefined;

/**
 * AWS as the pipeline's programs see it: the protocols, and the rules that the programs rely on. It runs on a free port, keeps
 * its state in memory, and notes each call as IAM would see it.
 */
export class AwsStandIn {
  readonly calls: Call[] = [];
  readonly s3 = new S3();
  readonly logs = new Logs();
  readonly codebuild = new CodeBuild(this.logs);
  readonly lambda = new Lambda(this.s3);
  readonly alarms = new Alarms();
  readonly metrics = new Metrics(this.lambda);
  readonly quotas = new Quotas();
  readonly sqs = new Sqs();
  readonly sts = new Sts();
  readonly ecs = new Ecs();
  readonly ecr = new Ecr();
  readonly secrets = new SecretsManager();
  readonly rdsData = new RdsData(this.secrets);
  private readonly faults = new Map<string, Fault[]>();
  private readonly server = createServer((request, response) => void this.serve(request, response));
  endpoint = "";

  static async start(): Promise<AwsStandIn> {
    const standIn = new AwsStandIn();
    await new Promise<void>((resolve) => standIn.server.listen(0, "127.0.0.1", resolve));
    const address = standIn.server.address();
    standIn.endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    return standIn;
  }

  /** What a process needs to talk to the stand-in instead of AWS. */
  get environment() {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: "AKIASTANDIN",
      AWS_SECRET_ACCESS_KEY: "stand-in",
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  /** Settings of a client that talks to the stand-in. */
  get clientSettings() {
    return {
      endpoint: this.endpoint,
      credentials: { accessKeyId: "AKIASTANDIN", secretAccessKey: "stand-in" },
    };
  }

  /** Adds faults for the next calls of an action, one a call. */
  next(action: string, ...faults: readonly Fault[]): void {
    this.faults.set(action, [...(this.faults.get(action) ?? []), ...faults]);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://aws");
    const { method = "GET", headers } = incoming;
    const request = { method, path: pathname, query: searchParams, headers, body: Buffer.concat(chunks) };
    const service = serviceOf(request);
    try {
      const operation = this.operation(service, request);
      this.calls.push(...operation.calls);
      const fault = this.faults.get(operation.action)?.shift()?.();
      if (fault instanceof AwsError) throw fault;
      if (fault === "cut before") return void incoming.socket.destroy();
      const answer = await operation.answer();
      if (fault === "cut after") return void incoming.socket.destroy();
      send(response, service, answer);
    } catch (error) {
      sendError(
        response,
        service,
        error instanceof AwsError ? error : new AwsError("InternalFailure", String(error), 500),
      );
    }
  }

  private operation(service: string, request: Request): Operation {
    const action = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    if (service === "s3") return this.s3.operation(request);
    if (service === "lambda") return this.lambda.operation(request);
    if (service === "codebuild") return this.codebuild.operation(action, request);
    if (service === "logs") return this.logs.operation(action, request);
    if (action === "GetMetricData") return this.metrics.operation(action, request);
    if (service === "monitoring") return this.alarms.operation(action, request);
    if (service === "servicequotas") return this.quotas.operation(action, request);
    if (service === "ecs") return this.ecs.operation(action, request);
    if (service === "ecr") return this.ecr.operation(action, request);
    if (service === "secretsmanager") return this.secrets.operation(action, request);
    if (service === "sqs") return this.sqs.operation(action, request);
    if (service === "rds-data") return this.rdsData.operation(request);
    if (service === "sts") return this.sts.operation(request);
    throw new AwsError("UnknownOperationException", `no stand-in for ${service}`, 404);
  }
}

/** The service for which a request is signed. */
function serviceOf({ headers }: Request): string {
  return /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(String(headers.authorization))?.[1] ?? "";
}

function send(response: ServerResponse, service: string, answer: unknown): void {
  if (service === "s3") response.setHeader("etag", '"stand-in"').end();
  else if (service === "sts") response.setHeader("content-type", "text/xml").end(String(answer));
  else if (answer === undefined) response.writeHead(204).end();
  else response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
}

function sendError(response: ServerResponse, service: string, { code, message, status }: AwsError): void {
  response.statusCode = status;
  if (service === "s3") response.end(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  else if (service === "sts") {
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    );
  } else {
    response.setHeader("x-amzn-errortype", code);
    response.end(JSON.stringify({ __type: code, message }));
  }
}

import { createHash } from "node:crypto";
import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayMethodSettings } from "@cdktf/provider-aws/lib/api-gateway-method-settings";
import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { liveAlias } from "../config/names";
import { EncryptedLogGroup } from "./encrypted-log-group";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";
import type { ServiceFunction } from "./service-function";

/** A path prefix and the function behind it. */
export interface ApiRoute {
  readonly path: `/${string}`;
  readonly function: ServiceFunction;
}

export interface HttpApiProps {
  readonly routes: readonly ApiRoute[];
  readonly key: EncryptionKey;
  readonly settings: Environment["api"];
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#context-variable-reference; no address, no query: both are personal data. */
const accessLogFields = {
  requestId: "$context.requestId",
  requestTime: "$context.requestTime",
  method: "$context.httpMethod",
  resource: "$context.resourcePath",
  status: "$context.status",
  latency: "$context.responseLatency",
  integrationLatency: "$context.integrationLatency",
  integrationError: "$context.integrationErrorMessage",
  responseLength: "$context.responseLength",
  traceId: "$context.xrayTraceId",
  firewall: "$context.wafResponseCode",
};

/** A regional REST API with one stage: each route's prefix, and all below it, goes to its function's alias. */
export class HttpApi extends Construct {
  readonly id: string;
  readonly name: string;
  readonly stageName = "live";
  readonly stageArn: string;

  constructor(scope: Construct, id: string, { routes, key, settings }: HttpApiProps) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    this.name = stack.physicalName("api");
    const api = new ApiGatewayRestApi(this, "api", {
      name: this.name,
      description: "The platform's HTTP services",
      endpointConfiguration: { types: ["REGIONAL"], ipAddressType: "dualstack" },
      // Only the domain, and so only TLS 1.2 and the firewall's rules, leads in.
      disableExecuteApiEndpoint: true,
    });
    const routed = routes.flatMap((route) => this.route(api, route, settings));

    const deployment = new ApiGatewayDeployment(this, "deployment", {
      restApiId: api.id,
      // A deployment is a snapshot: what changes a route makes the next one.
      triggers: { routes: fingerprint(routes, settings) },
      lifecycle: { createBeforeDestroy: true },
      dependsOn: routed,
    });
    const log = new EncryptedLogGroup(this, "access-log", { name: `/aws/apigateway/${this.name}/access`, key });
    // API Gateway makes the group of its own errors itself, without a key and without an end, unless it is there already.
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    const executionLog = new EncryptedLogGroup(this, "execution-log", {
      name: `API-Gateway-Execution-Logs_${api.id}/${this.stageName}`,
      key,
    });
    const stage = new ApiGatewayStage(this, "stage", {
      restApiId: api.id,
      stageName: this.stageName,
      deploymentId: deployment.id,
      xrayTracingEnabled: true,
      accessLogSettings: { destinationArn: log.arn, format: JSON.stringify(accessLogFields) },
      dependsOn: [executionLog],
    });
    new ApiGatewayMethodSettings(this, "every-method", {
      restApiId: api.id,
      stageName: stage.stageName,
      methodPath: "*/*",
      settings: {
        metricsEnabled: true,
        loggingLevel: "ERROR",
        // Would write bodies, so personal data, to the log.
        dataTraceEnabled: false,
        throttlingRateLimit: settings.throttling.rate,
        throttlingBurstLimit: settings.throttling.burst,
      },
    });
    this.id = api.id;
    this.stageArn = stage.arn;
  }

  private route(api: ApiGatewayRestApi, { path, function: target }: ApiRoute, settings: Environment["api"]) {
    const segment = path.slice(1);
    const prefix = new ApiGatewayResource(this, segment, {
      restApiId: api.id,
      parentId: api.rootResourceId,
      pathPart: segment,
    });
    const below = new ApiGatewayResource(this, `${segment}-below`, {
      restApiId: api.id,
      parentId: prefix.id,
      pathPart: "{proxy+}",
    });
    const parts = [prefix, below].flatMap((resource) => {
      const method = new ApiGatewayMethod(resource, "any", {
        restApiId: api.id,
        resourceId: resource.id,
        httpMethod: "ANY",
        authorization: settings.authorization,
      });
      const integration = new ApiGatewayIntegration(resource, "function", {
        restApiId: api.id,
        resourceId: resource.id,
        httpMethod: method.httpMethod,
        type: "AWS_PROXY",
        integrationHttpMethod: "POST",
        uri: target.invokeArn,
        timeoutMilliseconds: settings.integrationTimeout * 1_000,
      });
      return [method, integration];
    });
    new LambdaPermission(this, `${segment}-invoke`, {
      statementId: PlatformStack.of(this).physicalName("api"),
      action: "lambda:InvokeFunction",
      functionName: target.name,
      qualifier: liveAlias,
      principal: "apigateway.amazonaws.com",
      sourceArn: `${api.executionArn}/${this.stageName}/*/${segment}*`,
      dependsOn: [target.alias],
    });
    return parts;
  }
}

/** Equal for equal routes, in whatever order the table lists them. */
function fingerprint(routes: readonly ApiRoute[], settings: Environment["api"]): string {
  const listed = routes.map(({ path, function: { name } }) => `${path} ${name}`).sort();
  const { authorization, integrationTimeout } = settings;
  return createHash("sha256")
    .update(JSON.stringify({ listed, authorization, integrationTimeout }))
    .digest("hex")
    .slice(0, 16);
}

import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { type Environment, functionSettings } from "../config/environment";
import { deployedFunctions, type Service } from "../config/service";
import { AccessLogBucket } from "../constructs/access-log-bucket";
import { ApiAlarms, FunctionAlarms } from "../constructs/api-alarms";
import { AvailabilityAlarms } from "../constructs/availability-alarms";
import { CustomDomain } from "../constructs/custom-domain";
import { Dashboard } from "../constructs/dashboard";
import { EncryptionKey } from "../constructs/encryption-key";
import { HttpApi } from "../constructs/http-api";
import { bucketTells } from "../constructs/imports-bucket";
import { PlatformStack } from "../constructs/platform-stack";
import { ServiceFunction } from "../constructs/service-function";
import { TokenKey } from "../constructs/token-key";
import { WebFirewall } from "../constructs/web-firewall";
import { boundRoles } from "../constructs/workload-boundary";
import { provideDependencies } from "../dependencies/aws";
import type { DatabaseStack } from "./database";
import type { NetworkStack } from "./network";
import type { QueueStack } from "./queue";

export interface ApiStackProps {
  readonly network: NetworkStack;
  readonly database: DatabaseStack;
  readonly queue: QueueStack;
  readonly services: readonly Service[];
  /** The built bundle of a service: a zip file. */
  readonly bundle: (service: string) => string;
}

/** The services that are functions, and the way to those that answer requests: domain, firewall, API. */
export class ApiStack extends PlatformStack {
  readonly tokenKey: TokenKey;

  constructor(
    scope: Construct,
    environment: Environment,
    { network, database, queue, services, bundle }: ApiStackProps,
  ) {
    super(scope, environment.name, "api", environment);
    boundRoles(this);
    const { vpc, subnets, endpoints } = network;
    const { proxy, alarms, cluster } = database;
    const key = new EncryptionKey(this, "key", {
      administrator: this.deployRoleArn,
      purpose: "api",
      statements: services.some(({ uses }) => uses.includes("imports")) ? [bucketTells(this)] : [],
    });
    this.tokenKey = new TokenKey(this, "token-key", { key, endpoints });
    const accessLogs = new AccessLogBucket(this, "access-logs", this.bucketName("imports-logs"));

    const functions = deployedFunctions(services).map((entry) => {
      const { name, product, description, uses, hosts, variables = {} } = entry;
      const service = new ServiceFunction(this, name, {
        service: name,
        product,
        description,
        settings: functionSettings(environment, name),
        ...(entry.kind === "http" && { basePath: entry.path }),
        code: bundle(name),
        vpc,
        subnets,
        key,
      });
      service.setVariables(variables);
      provideDependencies(service, uses, {
        stack: this,
        key,
        accessLogs,
        endpoints,
        proxy,
        queue: queue.queue,
        tokenKey: this.tokenKey,
        api: environment.api,
        ...(hosts && { hosts }),
      });
      new FunctionAlarms(service, "alarms", { topic: alarms, function: service, entry });
      return { entry, function: service };
    });
    const routes = functions.flatMap(({ entry, function: service }) =>
      entry.kind === "http" ? [{ path: entry.path, function: service }] : [],
    );

    const api = new HttpApi(this, "http", { routes, key, settings: environment.api });
    new CustomDomain(this, "domain", { ...environment.api, api });
    new WebFirewall(this, "firewall", { api, key, requestsPerAddress: environment.api.requestsPerAddress });
    new ApiAlarms(this, "alarms", { topic: alarms, api });
    new AvailabilityAlarms(this, "availability", { topic: alarms, api, availability: environment.api.availability });
    new Dashboard(this, "dashboard", {
      api,
      functions: functions.map((one) => one.function),
      proxy,
      cluster: cluster.identifier,
      services,
    });
    new TerraformOutput(this, "url", { value: `https://${environment.api.domain}` });
  }
}

import type { Environment } from "../../config/environment";
import type { Service } from "../../config/service";
import { exampleEnvironment, exampleProduction, exampleServices } from "../platform-fixture";
import { type Resource, resources } from "./synthesized";

const orders: Service = {
  name: "orders",
  product: "purchases",
  description: "What was bought",
  kind: "http",
  path: "/orders",
  entry: "lambda/orders",
  uses: ["database"],
};
const synthesized = (table: readonly Service[] = exampleServices, environment: Environment = exampleEnvironment) =>
  resources({ environments: [environment], services: table });
const named = (found: readonly Resource[], type: string, property: string) =>
  found.filter((resource) => resource.type === type).map(({ settings }) => settings[property]);

const before = synthesized();
const after = synthesized([...exampleServices, orders]);
const added = after.filter(({ name, stack }) => !before.some((old) => old.name === name && old.stack === stack));

test("an entry in the table becomes a function with all that belongs to it", () => {
  expect(named(added, "aws_lambda_function", "function_name")).toEqual(["development-orders"]);
  expect(named(added, "aws_lambda_alias", "name")).toEqual(["live"]);
  expect(named(added, "aws_cloudwatch_log_group", "name")).toEqual(["/aws/lambda/development-orders"]);
  expect(named(added, "aws_sqs_queue", "name")).toEqual(["development-orders-dead-letters"]);
  expect(named(added, "aws_api_gateway_resource", "path_part")).toEqual(["{proxy+}", "orders"]);
  expect(named(added, "aws_cloudwatch_metric_alarm", "alarm_name")).toEqual([
    "development-orders-concurrency",
    "development-orders-dead-letters",
    "development-orders-errors",
    "development-orders-failures",
    "development-orders-throttles",
  ]);
});

test("a service may do what its entry says that it uses, and no more", () => {
  const purposes = named(added, "aws_iam_role_policy", "name");
  expect(purposes).toEqual(["connect-to-database", "join-vpc", "send-dead-letters", "trace", "use-key", "write-log"]);
  const egress = added.filter(({ type }) => type === "aws_vpc_security_group_egress_rule");
  expect(egress.map(({ path, settings }) => [path, settings.from_port])).toEqual([["orders/database-egress", 5432]]);
});

test("using the database comes with the permission for its own user, the rules and the variables", () => {
  const connect = added.find(({ path }) => path === "orders/connect-to-database");
  expect(connect?.settings.policy).toMatch(/rds-db:eu-west-1:111122223333:dbuser:\$\{.+\}\/purchases_app/);
  const [variables] = named(added, "aws_lambda_function", "environment");
  expect(variables).toEqual({
    variables: expect.objectContaining({
      BASE_PATH: "/orders",
      DATABASE_AUTH: "iam",
      DATABASE_NAME: "platform",
      DATABASE_PORT: "5432",
      DATABASE_USER: "purchases_app",
    }),
  });
});

describe("a service that knows its callers", () => {
  const known: Service = { ...orders, uses: ["callers"] };
  const functionOf = (environment: Environment, table: readonly Service[] = [known]) =>
    synthesized(table, environment).filter(({ path }) => path.startsWith("orders/"));

  test("is told the issuer, the audience and the limit of the environment, and reaches the issuer over HTTPS", () => {
    const found = functionOf(exampleProduction);
    const [environment] = named(found, "aws_lambda_function", "environment");
    expect(environment).toEqual({
      variables: expect.objectContaining({
        CALLERS_ISSUER: "https://identity.example.com",
        CALLERS_AUDIENCE: "https://api.example.com",
        CALLERS_REQUESTS_PER_MINUTE: "300",
      }),
    });
    const egress = found.filter(({ type }) => type === "aws_vpc_security_group_egress_rule");
    expect(egress.map(({ settings }) => [settings.cidr_ipv4, settings.from_port])).toEqual([["0.0.0.0/0", 443]]);
  });

  test("is told none where the environment is open, and reaches nobody", () => {
    const found = functionOf(exampleEnvironment);
    expect(JSON.stringify(found)).not.toContain("CALLERS_");
    expect(found.filter(({ type }) => type === "aws_vpc_security_group_egress_rule")).toEqual([]);
  });

  test("is told where else the issuer's keys are, where they are elsewhere", () => {
    const { api } = exampleProduction;
    if (api.callers === "open") throw new Error("the example names no issuer");
    const callers = { ...api.callers, keysHost: "keys.example.net" };
    const found = functionOf({ ...exampleProduction, api: { ...api, callers } });
    expect(named(found, "aws_lambda_function", "environment")).toEqual([
      { variables: expect.objectContaining({ CALLERS_KEYS_HOST: "keys.example.net" }) },
    ]);
  });

  test("may use the internet besides", () => {
    expect(() =>
      functionOf(exampleProduction, [{ ...known, uses: ["callers", "internet"], hosts: ["suppliers.example.com"] }]),
    ).not.toThrow();
  });
});

test("a changed table makes a new deployment of the API, and changed code does not", () => {
  const triggers = (found: readonly Resource[]) => named(found, "aws_api_gateway_deployment", "triggers");
  const recoded = resources({ environments: [exampleEnvironment], services: exampleServices, code: "a later version" });
  expect(triggers(recoded)).toEqual(triggers(before));
  expect(triggers(after)).not.toEqual(triggers(before));
});

test("a worker has no function", () => {
  expect(named(before, "aws_lambda_function", "function_name")).toEqual([
    "development-catalogue",
    "development-checkout",
    "development-intake",
  ]);
});

test("what the pipeline deploys is no drift", () => {
  const [lifecycle] = named(before, "aws_lambda_function", "lifecycle");
  expect(lifecycle).toEqual({ ignore_changes: expect.arrayContaining(["filename", "source_code_hash"]) });
  for (const lifecycle of named(before, "aws_lambda_alias", "lifecycle")) {
    expect(lifecycle).toEqual({ ignore_changes: ["function_version", "routing_config"] });
  }
});

test("the alias has no warm instances of its own, for the pipeline could then not weigh it", () => {
  const functions = { ...exampleEnvironment.functions, services: { catalogue: { provisionedConcurrency: 3 } } };
  const found = synthesized(exampleServices, { ...exampleEnvironment, functions });
  expect(found.filter(({ type }) => type === "aws_lambda_provisioned_concurrency_config")).toEqual([]);
});

test("the domain and the API behind it answer over IPv4 and IPv6", () => {
  for (const type of ["aws_api_gateway_rest_api", "aws_api_gateway_domain_name"]) {
    expect(named(before, type, "endpoint_configuration")).toEqual([
      { ip_address_type: "dualstack", types: ["REGIONAL"] },
    ]);
  }
  const records = before.filter(({ type, settings }) => type === "aws_route53_record" && settings.alias !== undefined);
  expect(records.map(({ settings }) => [settings.name, settings.type])).toEqual([
    ["api.dev.example.com", "A"],
    ["api.dev.example.com", "AAAA"],
  ]);
});

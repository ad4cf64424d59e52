import { resolvableNames } from "../../config/egress";
import type { Environment } from "../../config/environment";
import { exampleEnvironment, exampleProduction, exampleServices } from "../platform-fixture";
import { type Resource, realPlatform, resources, type Settings } from "./synthesized";

const real = resources(realPlatform);
const example = resources({ environments: [exampleEnvironment, exampleProduction] });

/**
 * What DNS Firewall does with a query, as AWS tells it: the rules of the associated group by their priority, the first whose list has the
 * name; `*.` matches what is below a name, `*` everything. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-rule-groups.html
 */
function resolver(environment: string, all: readonly Resource[] = example) {
  const network = all.filter(({ stack }) => stack === `${environment}-network`);
  const of = (kind: string) => network.filter(({ type }) => type === `aws_route53_resolver_${kind}`);
  const named = (text: unknown, found: readonly Resource[]) =>
    found.find(({ type, name }) => String(text) === `\${${type}.${name}.id}`);
  const [association] = of("firewall_rule_group_association");
  const group = named(association?.settings.firewall_rule_group_id, of("firewall_rule_group"));
  const rules = of("firewall_rule")
    .filter(({ settings }) => named(settings.firewall_rule_group_id, of("firewall_rule_group")) === group)
    .sort((a, b) => Number(a.settings.priority) - Number(b.settings.priority))
    .map(({ settings }) => ({
      settings,
      domains: named(settings.firewall_domain_list_id, of("firewall_domain_list"))?.settings.domains,
    }));
  const matches = (name: string) => (pattern: unknown) =>
    pattern === "*" || pattern === name || (/^\*\./.test(String(pattern)) && name.endsWith(String(pattern).slice(1)));
  const ruleOf = (name: string): Settings => {
    const found = rules.find(({ domains }) => Array.isArray(domains) && domains.some(matches(name)));
    return found?.settings ?? {};
  };
  return { association: association?.settings, ruleOf, resolves: (name: string) => ruleOf(name).action === "ALLOW" };
}

/** As AWS's guides write them: of Aurora, RDS Proxy, ElastiCache, S3 and ECR. */
const namesOfAws = [
  "development-database.cluster-c7tj4example.eu-west-1.rds.amazonaws.com",
  "development-database-writer.c7tj4example.eu-west-1.rds.amazonaws.com",
  "development-database-proxy.proxy-c7tj4example.eu-west-1.rds.amazonaws.com",
  "master.development-queue.abc123.euw1.cache.amazonaws.com",
  "development-imports-111122223333.s3.eu-west-1.amazonaws.com",
  "prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com",
  "api.ecr.eu-west-1.amazonaws.com",
  "111122223333.dkr.ecr.eu-west-1.amazonaws.com",
  "ip-10-10-0-7.eu-west-1.compute.internal",
];

test.each(["development", "production"])("what runs in %s finds all that its security groups let it reach", (name) => {
  const { resolves } = resolver(name);
  expect(namesOfAws.filter((asked) => !resolves(asked))).toEqual([]);
});

test.each(realPlatform.environments ?? [])(
  "every endpoint of the network of $name is found by its name",
  ({ name }) => {
    const { resolves } = resolver(name, real);
    const endpoints = real.filter(({ stack, type }) => stack === `${name}-network` && type === "aws_vpc_endpoint");
    const asked = endpoints.map(({ settings }) => {
      const [, region, service] = /^com\.amazonaws\.([^.]+)\.(.+)$/.exec(String(settings.service_name)) ?? [];
      return `${service}.${region}.amazonaws.com`;
    });
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((host) => !resolves(host))).toEqual([]);
  },
);

test.each(realPlatform.environments ?? [])("every host in the variables of what runs in $name is found", ({ name }) => {
  const { resolves } = resolver(name, real);
  const text = JSON.stringify(real.filter(({ stack }) => [`${name}-api`, `${name}-workers`].includes(stack)));
  const variables = [...text.matchAll(/"(CALLERS_ISSUER|CALLERS_KEYS_HOST|INTERNET_HOSTS)":\s*"([^"]+)"/g)];
  const hosts = variables.flatMap(([, , value = ""]) =>
    value.split(",").map((host) => (host.includes("://") ? new URL(host).hostname : host)),
  );
  expect(hosts).not.toEqual([]);
  expect(hosts.filter((host) => !resolves(host))).toEqual([]);
});

test("nothing else is found: no other host, no other service of AWS, no machine, balancer, function or API of anybody", () => {
  const { resolves, ruleOf } = resolver("production");
  const others = [
    "example.org",
    "example.com",
    "a.suppliers.example.com",
    "notsuppliers.example.com",
    "suppliers.example.com.example.org",
    "amazonaws.com",
    "sqs.eu-west-1.amazonaws.com",
    "sts.amazonaws.com",
    "s3.amazonaws.com",
    "x1.execute-api.eu-west-1.amazonaws.com",
    "x1.lambda-url.eu-west-1.on.aws",
    "x1.eu-west-1.elb.amazonaws.com",
    "ec2-203-0-113-7.eu-west-1.compute.amazonaws.com",
    "999988887777.dkr.ecr.eu-west-1.amazonaws.com",
    "c2VjcmV0.tunnel.example.net",
  ];
  expect(others.filter(resolves)).toEqual([]);
  for (const name of others) expect(ruleOf(name)).toMatchObject({ action: "BLOCK", block_response: "NODATA" });
});

test("where a declared name leads is its owner's matter, and of no other name", () => {
  const { ruleOf } = resolver("production");
  expect(ruleOf("suppliers.example.com").firewall_domain_redirection_action).toBe("TRUST_REDIRECTION_DOMAIN");
  expect(ruleOf("example.org")).not.toHaveProperty("firewall_domain_redirection_action");
});

describe("by its settings, an environment", () => {
  const { api, network } = exampleProduction;
  if (api.callers === "open") throw new Error("the example names no issuer");
  const withKeys: Environment["api"] = { ...api, callers: { ...api.callers, keysHost: "keys.example.net" } };
  const environments: readonly Environment[] = [
    { ...exampleProduction, name: "keys", api: withKeys },
    { ...exampleProduction, name: "open", api: { ...api, callers: "open" } },
    { ...exampleProduction, name: "telling", network: { ...network, egress: "alert" } },
  ];
  const differing = resources({ environments });
  const issuerHosts = ["identity.example.com", "keys.example.net"];

  test("finds the issuer's hosts where callers are asked for tokens, and nowhere else", () => {
    expect(issuerHosts.filter(resolver("keys", differing).resolves)).toEqual(issuerHosts);
    expect(issuerHosts.filter(resolver("production").resolves)).toEqual(["identity.example.com"]);
    expect(issuerHosts.filter(resolver("open", differing).resolves)).toEqual([]);
    const without = exampleServices.filter(({ uses }) => !uses.includes("callers"));
    expect(resolvableNames(exampleProduction, without)).not.toContain("identity.example.com");
  });

  test("that only tells resolves every name, and raises the same alarm", () => {
    const { ruleOf, resolves } = resolver("telling", differing);
    expect(ruleOf("example.org")).toMatchObject({ action: "ALERT" });
    expect(ruleOf("example.org")).not.toHaveProperty("block_response");
    expect(resolves("suppliers.example.com")).toBe(true);
    const told = differing.filter(({ settings }) => settings.metric_name === "FirewallRuleQueryVolume");
    expect(told.map(({ stack }) => stack)).toEqual(environments.map(({ name }) => `${name}-database`));
  });
});

test("what AWS has for Firewall Manager is left to it, and nobody opens a firewall that fails", () => {
  expect(resolver("production").association).toMatchObject({ priority: 101 });
  expect([...real, ...example].filter(({ type }) => type === "aws_route53_resolver_firewall_config")).toEqual([]);
});

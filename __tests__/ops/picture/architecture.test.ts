import { production } from "../../../config/environments/production";
import { offers, scene, table, titles, ways } from "./drawing";

const whole = scene("architecture.svg");

test("a request runs from the user to the database by way of domain, API, function and proxy", () => {
  expect(ways(whole, "request")).toEqual(
    expect.arrayContaining([
      "Users > api.example.com",
      "api.example.com > API Gateway",
      "API Gateway > preferences",
      "preferences > RDS Proxy",
      "RDS Proxy > Aurora PostgreSQL",
    ]),
  );
});

test("what waits goes from the function through the queue to the worker, which nobody calls", () => {
  expect(ways(whole, "request")).toContain("transactions > ElastiCache");
  expect(ways(whole, "event")).toContain("ElastiCache > loyalty");
  expect(ways(whole, "connection")).toContain("loyalty > RDS Proxy");
  expect(
    ways(whole)
      .filter((way) => way.endsWith("> loyalty"))
      .toSorted(),
  ).toEqual(["ElastiCache > loyalty", "release > loyalty"]);
});

test("a service added to the table adds its function, and its ways", () => {
  const more = scene("architecture.svg", { services: [...table, offers] });
  expect(titles(more, "Private subnets").toSorted()).toEqual([
    "intake",
    "loyalty",
    "migrations",
    "offers",
    "preferences",
    "transactions",
  ]);
  const added = ways(more).filter((way) => !ways(whole).includes(way) && !way.endsWith("> alarms"));
  expect(added.toSorted()).toEqual(["API Gateway > offers", "offers > RDS Proxy", "release > offers"]);
});

test("a service that no longer calls public hosts loses its way out", () => {
  const closed = table.map((service) => ({ ...service, uses: service.uses.filter((use) => use !== "internet") }));
  expect(ways(whole)).toContain("preferences > NAT gateway × 3");
  const inside = scene("architecture.svg", { services: closed });
  expect(ways(inside)).not.toContain("preferences > NAT gateway × 3");
});

test("files reach the function through the gateway endpoint, and announce themselves", () => {
  expect(ways(whole, "connection")).toEqual(
    expect.arrayContaining(["intake > S3", "S3 > imports", "migrations > S3", "S3 > artifacts"]),
  );
  expect(
    ways(whole, "event")
      .filter((way) => /intake/.test(way))
      .toSorted(),
  ).toEqual(["imports > intake", "intake > intake"]);
});

test("the migration job reaches the database itself, not the proxy", () => {
  expect(ways(whole)).toContain("migrations > Aurora PostgreSQL");
  expect(ways(whole)).not.toContain("migrations > RDS Proxy");
});

test("the pipeline's user assumes roles, and each role acts on what its policies name", () => {
  expect(ways(whole, "permission").toSorted()).toEqual([
    "GitLab > gitlab",
    "deploy > state",
    "deploy > state-locks",
    "gitlab > deploy",
    "gitlab > migrate",
    "gitlab > plan",
    "gitlab > release",
    "gitlab > rotate",
    "migrate > artifacts",
    "migrate > migrations",
    "plan > state",
    "plan > state-locks",
    "release > artifacts",
    "release > intake",
    "release > loyalty",
    "release > preferences",
    "release > transactions",
  ]);
});

test("with GitLab's own tokens, the roles trust the provider instead of the user", () => {
  const oidc = { ...production, gitlab: { ...production.gitlab, oidc: true } };
  const roles = ways(scene("architecture.svg", { environment: oidc }), "permission");
  expect(roles).toContain("gitlab.com > deploy");
  expect(roles).not.toContain("gitlab > deploy");
});

test("alarms lead to the topic, and from there to whoever is on call", () => {
  expect(ways(whole, "event")).toContainEqual(expect.stringMatching(/^\d+ alarms > alarms$/));
  const told = { ...production, alarms: { emails: ["on-call@example.com"] } };
  expect(ways(scene("architecture.svg", { environment: told }), "event")).toContain("alarms > On call");
});

test("readers and NAT gateways are counted", () => {
  const small = {
    ...production,
    network: { ...production.network, natGateways: "one" as const },
    database: { ...production.database, readers: 0 },
  };
  expect(titles(whole)).toEqual(expect.arrayContaining(["readers × 2", "writer", "NAT gateway × 3"]));
  expect(titles(scene("architecture.svg", { environment: small }))).toEqual(
    expect.arrayContaining(["writer", "NAT gateway"]),
  );
  expect(titles(scene("architecture.svg", { environment: small })).join()).not.toMatch(/reader|×/);
});

test("each tier names its subnets, zone by zone", () => {
  const tiers = whole.boxes.filter(({ cells }) => cells !== undefined);
  expect(tiers.map(({ title }) => title).toSorted()).toEqual(["Isolated subnets", "Private subnets", "Public subnets"]);
  for (const { cells = [] } of tiers) {
    expect(cells.map(({ title }) => title)).toEqual(["a", "b", "c"]);
    expect(new Set(cells.map(({ detail }) => detail)).size).toBe(3);
  }
  expect(titles(whole, "Isolated subnets").toSorted()).toEqual(["ElastiCache", "RDS Proxy"]);
  expect(titles(whole, "Aurora PostgreSQL").toSorted()).toEqual(["readers × 2", "writer"]);
});

test("the picture of a stack shows what the whole one leaves out, and marks what stands elsewhere", () => {
  const api = scene("architecture-api.svg");
  expect(titles(whole)).not.toContain("Certificate");
  expect(ways(api)).toEqual(expect.arrayContaining(["Certificate > Custom domain", "Custom domain > API Gateway"]));
  const elsewhere = api.nodes.filter((node) => node.elsewhere).map(({ title }) => title);
  expect(elsewhere.toSorted()).toEqual([
    "ElastiCache",
    "Logs, Secrets Manager",
    "NAT gateway × 3",
    "RDS Proxy",
    "S3",
    "alarms",
    "release",
    "rotate",
  ]);
});

test("the picture of a stack names the ports that its security groups open", () => {
  const labels = new Set(scene("architecture-database.svg").edges.flatMap(({ label }) => label ?? []));
  expect([...labels].toSorted()).toEqual(["443", "5432"]);
});

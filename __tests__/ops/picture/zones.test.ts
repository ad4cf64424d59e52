import { development } from "../../../config/environments/development";
import { production } from "../../../config/environments/production";
import { scene } from "./drawing";

const network = scene("architecture-network.svg");
const subnets = (tier: string) => network.boxes.filter(({ title }) => title.startsWith(tier));
const standingIn = (id: string) => network.nodes.filter(({ parent }) => parent === id).map(({ title }) => title);

test("zones stand in the VPC, and three subnets in each zone", () => {
  const vpc = network.boxes.find(({ style }) => style === "vpc");
  const zones = network.boxes.filter(({ title }) => title.startsWith("Zone"));
  expect(zones.map(({ title }) => title)).toEqual(["Zone eu-west-1a", "Zone eu-west-1b", "Zone eu-west-1c"]);
  for (const { id, parent } of zones) {
    expect(parent).toBe(vpc?.id);
    const tiers = network.boxes.filter((box) => box.parent === id).map(({ title }) => title.split(" ")[0]);
    expect(tiers).toEqual(["isolated", "private", "public"]);
  }
});

test("every private subnet holds the functions, the workers, the migration job and the interface endpoints", () => {
  expect(subnets("private")).toHaveLength(3);
  for (const { id } of subnets("private")) {
    expect(standingIn(id).toSorted()).toEqual([
      "Logs, Secrets Manager",
      "intake",
      "loyalty",
      "migrations",
      "preferences",
      "transactions",
    ]);
  }
});

test("every isolated subnet holds the database, its proxy and the queue, and leads nowhere", () => {
  for (const { id } of subnets("isolated")) {
    expect(standingIn(id).toSorted()).toEqual(["Aurora", "ElastiCache", "RDS Proxy"]);
    expect(network.edges.filter(({ from, to }) => from === id || to === id)).toEqual([]);
  }
});

test.each([
  ["each zone by a NAT gateway of its own", production, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]],
  ["every zone by the one NAT gateway", development, ["eu-west-1a", "eu-west-1a", "eu-west-1a"]],
] as const)("private subnets leave %s", (_, environment, expected) => {
  const { boxes, nodes, edges } = scene("architecture-network.svg", { environment });
  const zoneOf = (id: string) => boxes.find((box) => box.id === id)?.parent;
  const privates = boxes.filter(({ title }) => title.startsWith("private"));
  const reached = privates.map(({ id }) =>
    nodes
      .filter(({ icon }) => icon === "nat-gateway")
      .filter((nat) => edges.some(({ from, to }) => from === id && to === nat.id))
      .map(({ parent = "" }) => zoneOf(parent)),
  );
  expect(reached).toEqual(expected.map((zone) => [zone]));
});

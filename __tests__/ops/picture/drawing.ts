import type { Environment } from "../../../config/environment";
import { production } from "../../../config/environments/production";
import type { Service } from "../../../config/service";
import { scenes } from "../../../ops/picture/pictures";
import type { Edge, Scene } from "../../../packages/architecture/src/scene";

/** The scene of one picture, of production with these changes. */
export function scene(
  name: string,
  { environment = production, services = table }: { environment?: Environment; services?: readonly Service[] } = {},
): Scene {
  const found = scenes(environment, services).get(name);
  if (found === undefined) throw new Error(`${name} must be one of the pictures`);
  return found;
}

/** The titles of all that stands in a scene, or in one of its boxes. */
export function titles({ nodes, boxes }: Scene, box?: string): readonly string[] {
  const within = boxes.filter(({ title }) => title === box).map(({ id }) => id);
  return nodes.filter(({ parent = "" }) => box === undefined || within.includes(parent)).map(({ title }) => title);
}

/** `from to` of every edge, by titles; of one flow where it is given. */
export function ways({ nodes, boxes, edges }: Scene, flow?: Edge["flow"]): readonly string[] {
  const named = new Map([...boxes, ...nodes].map(({ id, title }) => [id, title]));
  return edges
    .filter((edge) => flow === undefined || edge.flow === flow)
    .map(({ from, to }) => `${named.get(from)} > ${named.get(to)}`);
}

/** A service of its own, deployed as a function. */
export const offers: Service = {
  name: "offers",
  product: "loyalty",
  description: "What a customer may choose from",
  kind: "http",
  path: "/offers",
  entry: "lambda/offers",
  uses: ["database"],
};

/** One service that AWS runs too, one that runs here alone, and a worker: no test knows what the platform's table holds. */
export const table: readonly Service[] = [
  {
    name: "preferences",
    product: "preferences",
    description: "What people agreed to",
    kind: "http",
    path: "/preferences",
    entry: "lambda/preferences",
    uses: ["database", "internet"],
  },
  {
    name: "transactions",
    product: "loyalty",
    description: "Accepts transactions",
    kind: "http",
    path: "/transactions",
    entry: "lambda/transactions",
    uses: ["database", "queue", "jwt"],
  },
  {
    name: "intake",
    product: "preferences",
    description: "Takes files",
    kind: "events",
    entry: "lambda/intake",
    uses: ["database", "imports"],
  },
  {
    name: "loyalty",
    product: "loyalty",
    description: "Awards what transactions earn",
    kind: "worker",
    entry: "worker/loyalty",
    uses: ["database", "queue"],
  },
];

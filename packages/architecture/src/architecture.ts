import { boxesOf, type OwnedBox, placeOf } from "./boxes";
import { type Connection, connections, type Outsider } from "./connections";
import { drawn, nodeOf, parts, type Shorten } from "./drawn";
import type { Box, Edge, Node, Scene } from "./scene";
import type { Resource, Synthesis } from "./synthesis";

const outsiders = (pipeline: string): Readonly<Record<Outsider, Node>> => ({
  users: { id: "users", icon: "users", title: "Users", detail: "HTTPS" },
  internet: { id: "internet", icon: "internet", title: "Public APIs", detail: "internet" },
  pipeline: { id: "pipeline", icon: "pipeline", title: pipeline, detail: "deploys" },
  people: { id: "people", icon: "email", title: "On call", detail: "e-mail" },
});

/** What one picture shows of the stacks. */
export interface View {
  readonly title: string;
  /** One stack, in close-up, with what it touches in others. @default all of them, at a distance */
  readonly stack?: string;
  /** Titles in the order in which they came to be: of one kind, the newest is last. @default by address */
  readonly order?: readonly string[];
  /** What a resource's name is shortened to. */
  readonly shorten: Shorten;
  /** What deploys. */
  readonly pipeline: string;
}

/** Sorts what has a place in the order before what has none. */
export function inOrder(nodes: readonly Node[], order: readonly string[] = []): readonly Node[] {
  const place = ({ title }: Node) => (order.includes(title) ? order.indexOf(title) : order.length);
  return nodes.toSorted((a, b) => place(a) - place(b));
}

/** The scene of an environment, or of one of its stacks. */
export function architecture(synthesis: Synthesis, { title, stack, order, shorten, pipeline }: View): Scene {
  const boxes = boxesOf(synthesis);
  const nodes = nodesOf(synthesis, stack, shorten);
  const nodeIds = new Map(nodes.flatMap(({ node, members }) => members.map((member) => [member, node.id])));
  const ends = (end: Resource | Outsider): readonly string[] => {
    if (typeof end === "string") return [end];
    const own = nodeIds.get(end) ?? boxes.find(({ id }) => id === end.address)?.id;
    if (own !== undefined) return [own];
    const whole = parts[end.type];
    return whole === undefined ? [] : end.refersTo(whole).flatMap(ends);
  };
  const all = synthesis.resources
    .flatMap((resource) => connections[resource.type]?.(resource, synthesis) ?? [])
    .flatMap((connection) => edgesOf(connection, ends))
    // At a distance, that it connects is enough.
    .map(({ label, ...edge }) => (stack === undefined || label === undefined ? edge : { ...edge, label }));
  const everyNode = [...nodes.map(({ node }) => node), ...Object.values(outsiders(pipeline))];

  const hidden = stack === undefined ? nodes.filter(({ closeUp }) => closeUp).map(({ node }) => node.id) : [];
  const home = new Set([
    ...nodes.filter(({ members }) => members.some((member) => member.stack === stack)).map(({ node }) => node.id),
    ...boxes.filter(({ stack: own }) => own === stack).map(({ id }) => id),
  ]);
  const edges = merged(hidden.reduce(without, all)).filter(
    ({ from, to }) => stack === undefined || home.has(from) || home.has(to),
  );
  const connected = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const shown = everyNode
    .filter(
      ({ id, parent = "" }) => connected.has(id) || connected.has(parent) || (stack !== undefined && home.has(id)),
    )
    .map((node) =>
      stack !== undefined && !home.has(node.id) && node.parent !== undefined ? { ...node, elsewhere: true } : node,
    );
  return { title, nodes: inOrder(shown, order), edges, boxes: around(shown, boxes, connected) };
}

interface Drawn {
  readonly node: Node;
  readonly members: readonly Resource[];
  readonly closeUp: boolean;
}

function nodesOf(synthesis: Synthesis, stack: string | undefined, shorten: Shorten): readonly Drawn[] {
  const groups = new Map<string, Resource[]>();
  for (const resource of synthesis.resources) {
    const drawing = drawn[resource.type];
    if (drawing === undefined || drawing.only?.(resource) === false) continue;
    const key = drawing.key?.(resource) ?? resource.address;
    // In the picture of a stack, what another stack adds to a group is not its own.
    const id = stack === undefined || resource.stack === stack ? key : `${key} elsewhere`;
    groups.set(id, [...(groups.get(id) ?? []), resource]);
  }
  return [...groups].flatMap(([id, members]) => {
    const [resource] = members;
    const drawing = drawn[resource?.type ?? ""];
    if (resource === undefined || drawing === undefined) return [];
    const parent = placeOf(resource);
    return {
      node: nodeOf(id, drawing, members, { parent, shorten }),
      members,
      closeUp: drawing.closeUp?.(resource) ?? false,
    };
  });
}

function edgesOf(
  { from, to, flow, label }: Connection,
  ends: (end: Resource | Outsider) => readonly string[],
): readonly Edge[] {
  return ends(from).flatMap((one) =>
    ends(to).flatMap((other) =>
      one === other ? [] : { from: one, to: other, flow, ...(label !== undefined && { label }) },
    ),
  );
}

/** The same ways without one place on them: who led to it leads to where it led. */
function without(edges: readonly Edge[], hidden: string): readonly Edge[] {
  const onward = edges.filter(({ from }) => from === hidden);
  return edges
    .filter(({ from }) => from !== hidden)
    .flatMap((edge) => (edge.to === hidden ? onward.map(({ to }) => ({ ...edge, to })) : edge));
}

/** One edge for all of a kind between two places. */
function merged(edges: readonly Edge[]): readonly Edge[] {
  const one = new Map(edges.map((edge) => [`${edge.from} ${edge.to} ${edge.flow}`, edge]));
  return [...one.values()];
}

/** The boxes around something, outermost first. */
function around(nodes: readonly Node[], boxes: readonly OwnedBox[], connected: ReadonlySet<string>): readonly Box[] {
  const used = new Set<string>();
  const add = (id: string | undefined): void => {
    if (id === undefined || used.has(id)) return;
    used.add(id);
    add(boxes.find((box) => box.id === id)?.parent);
  };
  for (const { parent } of nodes) add(parent);
  for (const { id } of boxes) if (connected.has(id)) add(id);
  return boxes.filter(({ id }) => used.has(id));
}

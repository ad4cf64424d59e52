import { boxHeader, fontSize, grid, textWidth } from "./measures";
import type { Rectangle } from "./place";
import { type Ends, type Path, RoutingMap } from "./routing-map";
import type { Box, Edge, Flow, Node, Scene } from "./scene";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How an edge runs, from its start to its end, in horizontal and vertical lines. */
export interface Route {
  readonly points: readonly Point[];
  /** The left top of the label. */
  readonly labelAt?: Point;
}

export interface PlacedScene extends Scene {
  readonly boxes: readonly (Box & Rectangle)[];
  readonly nodes: readonly (Node & Rectangle)[];
}

interface Space {
  readonly width: number;
  readonly height: number;
  laneIndex(id: string): number;
}

const flowOrder: readonly Flow[] = ["request", "connection", "event", "permission", "protection"];

/**
 * Routes the edges, one after the other, each where it disturbs those before it least. Edges of what stands first in its
 * lane are first: what is added later finds its way around what was there.
 */
export function route(scene: PlacedScene, space: Space): readonly (Edge & Route)[] {
  const map = new RoutingMap(scene, space);
  const parents = new Map([...scene.boxes, ...scene.nodes].map(({ id, parent }) => [id, parent]));
  const boxes = new Map(scene.boxes.map((box) => [box.id, box]));
  const nodes = new Map(scene.nodes.map((node) => [node.id, node]));
  const around = (id: string | undefined): readonly string[] =>
    id === undefined ? [] : [id, ...around(parents.get(id))];
  const sides = (id: string): Ends => {
    const box = boxes.get(id);
    if (box !== undefined) return { ...box, from: boxHeader(box) + grid, to: box.height - grid };
    const node = nodes.get(id);
    if (node === undefined) throw new Error(`an edge names ${id}, which is neither a node nor a box`);
    return { ...node, from: grid, to: node.height - grid };
  };
  const later = ({ from, to }: Edge) => Math.max(space.laneIndex(from), space.laneIndex(to));
  const ordered = scene.edges.toSorted(
    (a, b) => later(a) - later(b) || flowOrder.indexOf(a.flow) - flowOrder.indexOf(b.flow),
  );
  const paths = new Map<Edge, Path>();
  const routes = new Map<Edge, Route>();
  for (const edge of ordered) {
    const kin = [...paths].filter(
      ([other]) => other.flow === edge.flow && (other.to === edge.to || other.from === edge.from),
    );
    const inside = new Set([...around(edge.from), ...around(edge.to)]);
    const label = edge.label === undefined ? 0 : textWidth(edge.label, fontSize.label) + 4;
    const path = map.connect(sides(edge.from), sides(edge.to), {
      inside,
      kin: kin.map(([, path]) => path),
      all: [...paths.values()],
      straight: label === 0 ? 0 : label + 2 * grid,
    });
    paths.set(edge, path);
    const points = corners(path);
    const labelAt = label === 0 ? undefined : map.label(points, label);
    routes.set(edge, { points, ...(labelAt !== undefined && { labelAt }) });
  }
  return scene.edges.map((edge) => ({ ...edge, ...(routes.get(edge) ?? { points: [] }) }));
}

/** The points at which a path begins, turns and ends. */
function corners(path: Path): readonly Point[] {
  return path.filter((point, index) => {
    const [before, after] = [path[index - 1], path[index + 1]];
    return (
      before === undefined ||
      after === undefined ||
      (before.x !== after.x && before.y !== after.y) ||
      point === undefined
    );
  });
}

import { boxHeader, fontSize, grid, iconSize, textWidth } from "./measures";
import { place, type Rectangle } from "./place";
import { type Ends, type Path, RoutingMap } from "./routing-map";
import { type Box, type Edge, flows, type Node, type Scene } from "./scene";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How an edge runs, from its start to its end, in horizontal and vertical lines. */
export interface Route {
  /** Every point of the grid that it runs over. */
  readonly path: Path;
  /** Where it begins, turns and ends. */
  readonly points: readonly Point[];
  /** The left top of the label. */
  readonly labelAt: Point | undefined;
}

/** A scene in which everything has its place, in pixels from the top left. */
export interface Layout extends Scene {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly (Box & Rectangle)[];
  readonly nodes: readonly (Node & Rectangle)[];
  readonly edges: readonly (Edge & Route)[];
}

/**
 * Gives everything its place: the same scene, the same places. What is added to a column that grows moves nothing else: it
 * takes the column's next place, and its edges are routed after all others, each where it disturbs those before it least.
 */
export function layout(scene: Scene): Layout {
  const { places, laneIndex, width, height } = place(scene);
  const at = (id: string): Rectangle => {
    const found = places.get(id);
    if (found === undefined) throw new Error(`an edge or a parent names ${id}, which the scene does not have`);
    return found;
  };
  const boxes = scene.boxes.map((box) => ({ ...box, ...at(box.id) }));
  const nodes = scene.nodes.map((node) => ({ ...node, ...at(node.id), width: iconSize, height: iconSize }));
  const map = new RoutingMap({ boxes, nodes, width, height });

  const parents = new Map([...boxes, ...nodes].map(({ id, parent }) => [id, parent]));
  const around = (id: string | undefined): readonly string[] =>
    id === undefined ? [] : [id, ...around(parents.get(id))];
  const sides = (id: string): Ends => {
    const box = boxes.find((one) => one.id === id);
    if (box !== undefined) return { ...box, from: boxHeader(box) + grid, to: box.height - grid };
    return { ...at(id), from: grid, to: iconSize - grid };
  };
  const later = ({ from, to }: Edge) => Math.max(laneIndex(from), laneIndex(to));
  const rank = (edge: Edge) => flows.findIndex(({ flow }) => flow === edge.flow);
  const edges: (Edge & Route)[] = [];
  for (const edge of scene.edges.toSorted((a, b) => later(a) - later(b) || rank(a) - rank(b))) {
    const kin = edges.filter(({ flow, from, to }) => flow === edge.flow && (to === edge.to || from === edge.from));
    const label = edge.label === undefined ? 0 : textWidth(edge.label, fontSize.label) + 4;
    const path = map.connect(sides(edge.from), sides(edge.to), {
      inside: new Set([...around(edge.from), ...around(edge.to)]),
      kin: kin.map((one) => one.path),
      all: edges.map((one) => one.path),
      straight: label === 0 ? 0 : label + 2 * grid,
    });
    const points = path.filter((_, index) => !isStraight(path[index - 1], path[index + 1]));
    edges.push({ ...edge, path, points, labelAt: label === 0 ? undefined : map.label(points, label) });
  }
  return { title: scene.title, width, height, boxes, nodes, edges };
}

/** Whether a path runs on between the points before and after one; not at its ends. */
const isStraight = (before: Point | undefined, after: Point | undefined) =>
  before !== undefined && after !== undefined && (before.x === after.x || before.y === after.y);
